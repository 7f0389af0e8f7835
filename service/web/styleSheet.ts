/** For all pages of the service: readable, in the light and the dark, on a telephone and on paper. No fonts from elsewhere. */
export const styleSheet = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #5b6470; --line: #d5dae1; --accent: #1d4f91; --warn: #8a4b00; --bad: #9b1c1c; --good: #1c6b3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --paper: #15181c; --soft: #a3acb8; --line: #343b44; --accent: #8ab4f0; --warn: #f0b86e; --bad: #ff9d9d; --good: #83d3a0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
main.wide { max-width: 64rem; }
header.site { max-width: 42rem; margin: 0 auto; padding: 1rem; display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: baseline; border-bottom: 1px solid var(--line); }
header.site strong { letter-spacing: .02em; }
.banner { flex-basis: 100%; background: var(--warn); color: var(--paper); text-align: center; padding: .4rem 1rem; border-radius: .4rem; font-weight: 600; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p, ul, ol, dl { margin: .5rem 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.bad { color: var(--bad); }
.good { color: var(--good); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
ul.plain { list-style: none; padding: 0; }
ul.plain > li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: center; }
form { margin: 1rem 0; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input, textarea, select { font: inherit; color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: .4rem; padding: .5rem .6rem; width: 100%; max-width: 30rem; }
button, a.button { display: inline-block; font: inherit; font-weight: 600; text-decoration: none; border: 1px solid var(--accent); border-radius: .4rem; padding: .5rem 1rem; background: var(--accent); color: var(--paper); cursor: pointer; margin-top: .5rem; }
button.plain, a.button.plain { background: transparent; color: var(--accent); }
button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.code { font: 1.6rem ui-monospace, monospace; letter-spacing: .2em; }
pre { overflow: auto; border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; font-size: .85rem; }
code { font-family: ui-monospace, monospace; }
details { margin: .25rem 0; }
article { border-bottom: 1px solid var(--line); padding-bottom: .75rem; }
@media print { button, a.button, header.site nav { display: none; } }
`;

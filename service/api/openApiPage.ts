import { type Html, html } from '../web/html.ts';

/** The parts of an OpenAPI document that the page shows; a document is JSON, and what is missing is left out. */
interface Operation {
	readonly summary?: string;
	readonly description?: string;
	readonly tags?: readonly string[];
	readonly parameters?: readonly unknown[];
	readonly requestBody?: unknown;
	readonly responses?: Readonly<Record<string, unknown>>;
}

/** A document as a page: every operation with its schemas, folded away until they are wanted. */
export function openApiPage(document: object): Html {
	const { info, paths } = document as {
		readonly info?: { readonly title?: string; readonly version?: string; readonly description?: string };
		readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	};
	const operations = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
	);
	const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'others');
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info?.title} API</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main class="wide">
<h1>${info?.title} API, version ${info?.version}</h1>
<p>${info?.description} The same as JSON: <a href="/openapi.json">openapi.json</a>.</p>
${[...groups].map(
	([group, list]) => html`<section aria-labelledby="group-${group}">
<h2 id="group-${group}">${group}</h2>
${list.map(showOperation)}
</section>
`,
)}</main>
</body>
</html>
`;
}

const showOperation = ({ path, method, operation }: { path: string; method: string; operation: Operation }): Html =>
	html`<article>
<h3><code>${method.toUpperCase()} ${path}</code></h3>
<p>${operation.summary}</p>
${operation.description && html`<p>${operation.description}</p>`}
${operation.parameters && showSchema('Parameters', operation.parameters)}
${operation.requestBody !== undefined && showSchema('Request', operation.requestBody)}
${Object.entries(operation.responses ?? {}).map(([status, response]) => showSchema(`Answer ${status}`, response))}
</article>
`;

const showSchema = (title: string, schema: unknown): Html =>
	html`<details><summary>${title}</summary><pre>${JSON.stringify(schema, undefined, 2)}</pre></details>
`;

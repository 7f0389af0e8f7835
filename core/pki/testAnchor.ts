/**
 * The extension by which a root says that it was made for trying out. A trust anchor that carries it is loaded with
 * `TrustAnchor.test` set, and nothing that rests on it is ever shown as plainly valid.
 *
 * Non-critical, its value NULL, under an arc of a UUID of our own (X.667): nobody else's certificates carry it.
 */
export const testAnchorExtension = '2.25.284265655761123561708128939785029000455';

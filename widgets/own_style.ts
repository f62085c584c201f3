/**
 * What the upgraded layer of one kind of document has besides, by the kind: no script carries the rules of others.
 *
 * @module
 */

/** A layer's heads as buttons. */
export const attention: string = `
.thumbs{display:flex;flex-wrap:wrap;gap:6px;max-width:420px}
.thumbs button{font:12px sans-serif;color:inherit;background:none;border:2px solid transparent;border-radius:4px;padding:3px;cursor:pointer;min-width:24px;min-height:24px}
.thumbs button[aria-pressed=true]{border-color:var(--focus)}
.thumbs canvas{display:block;width:88px;height:88px;image-rendering:pixelated;border:1px solid var(--line)}
`;

/** The sheet of a model, and the lines between tokens. */
export const attentionSheet: string = `
.tiles{position:relative;max-width:min(100%,430px)}.tiles .spot{position:absolute;pointer-events:none;box-sizing:border-box}
.sheet{display:block;max-width:100%;touch-action:pan-x pan-y;cursor:crosshair}.sheet:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.linked{max-height:520px;overflow:auto}.linked text{fill:var(--ink);font:12px monospace}.linked path{stroke:var(--bar);fill:none}
@media print{.sheet{max-width:100%;height:auto!important}.linked{max-height:none}.signed .sheet{filter:var(--stripes,none)}}
`;

/** The nodes and edges of a graph. */
export const graph: string = `
.graph:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.graph text{fill:var(--ink)}.node rect{fill:var(--chip);stroke:var(--quiet)}.graph .some .edge:not(.on){opacity:.12}.edge.out{display:none}.node{cursor:pointer}.node.on rect{stroke:var(--focus);stroke-width:2}
`;

/** The cells of a lens; on paper as `paperStyle` has it, whose file would bring the filter of stripes into every script. */
export const lensTable: string = `
.lens:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.read{cursor:crosshair}.read.at{outline-width:3px;outline-offset:-3px}.stage{position:sticky;left:0;background:var(--paper)}.more{mask:linear-gradient(90deg,#000 calc(100% - 48px),#0003)}
.peak{border-bottom-color:var(--focus)!important}.decided{border-top-color:var(--focus)!important}
@media print{.more{mask:none}.lens{zoom:var(--fit,1);overflow:visible!important}}
`;

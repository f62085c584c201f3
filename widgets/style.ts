import { signedOnPaper } from "../lib/show/paper_style.ts";

/** The style sheet of the upgraded layer; it lives in a shadow root and reaches nothing else. */
export const style: string = `
:host{display:block}
.figure{box-sizing:border-box;max-width:100%;border-color:var(--line)!important}
.figure,.figure *{font-variant-numeric:tabular-nums}
.caption,.note,.legend,.dots,.ticks,.key,.axes,.label,.hint,summary{color:var(--quiet)}
summary{cursor:pointer}
.token{background:var(--chip)}.name{color:var(--ink)}
.track{background:var(--chip)}
.bar{background:var(--bar)}.minus{background:#c9741b}
.parts{display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start}
.thumbs{display:flex;flex-wrap:wrap;gap:6px;max-width:420px}
.thumbs button{font:12px sans-serif;color:inherit;background:none;border:2px solid transparent;border-radius:4px;padding:3px;cursor:pointer;min-width:24px;min-height:24px}
.thumbs button[aria-pressed=true]{border-color:var(--focus)}
.thumbs canvas{display:block;width:88px;height:88px;image-rendering:pixelated;border:1px solid var(--line)}
.matrix{cursor:crosshair;display:block;touch-action:pan-x pan-y}
.matrix:focus-visible,.strip:focus-visible,.lens:focus-visible,.graph:focus-visible,button:focus-visible,summary:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.map,.tiles{position:relative}.tiles{max-width:min(100%,430px)}.over div,.tiles .spot{position:absolute;pointer-events:none;box-sizing:border-box}.over>div:last-child{inset:0 auto auto 0}
.band{border:1px solid var(--focus);opacity:.6}.spot{outline:2px solid var(--focus)}.over .pin{border:1px dashed var(--focus)}
.row,.flat,.upright{background:var(--paper);font:bold 11px/16px ui-monospace,monospace;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;unicode-bidi:isolate}.row{text-align:right}.flat{text-align:center}.upright{writing-mode:vertical-rl;transform:rotate(180deg)}
output:empty::before{content:attr(data-hint);font-weight:400;font-size:12px;color:var(--quiet)}
output{display:block;min-height:1.6em;font-weight:600;unicode-bidi:isolate}
.hint{font-size:12px;margin:2px 0}
.flow{line-height:1.9;content-visibility:auto;contain-intrinsic-size:auto 5em}.label{margin:0 0 2px}
.flow .token{display:inline-block;white-space:pre;font-family:monospace;padding:0 3px;margin:1px;border-radius:3px;border:1px solid transparent}
.at{outline:2px solid var(--focus);outline-offset:0}
.read{cursor:crosshair}.read.at{outline-width:3px;outline-offset:-3px}.stage{position:sticky;left:0;background:var(--paper)}.more{mask:linear-gradient(90deg,#000 calc(100% - 48px),#0003)}
.graph text{fill:var(--ink)}.node rect{fill:var(--chip);stroke:var(--quiet)}.graph .some .edge:not(.on){opacity:.12}.edge.out{display:none}.node{cursor:pointer}.node.on rect{stroke:var(--focus);stroke-width:2}
.sort{font:inherit;color:inherit;background:none;border:0;padding:2px 0;min-height:24px;cursor:pointer;text-decoration:underline dotted}.peak{border-bottom-color:var(--focus)!important}.decided{border-top-color:var(--focus)!important}.lines{white-space:pre-line;font-weight:400}
.pinned{outline:2px dashed var(--focus)!important;outline-offset:-1px}
.copy code{font-family:monospace;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;overflow:hidden;margin-top:4px}.copy button,.choices select,.choices button{font:12px sans-serif;color:inherit;background:var(--chip);border:1px solid var(--line);border-radius:4px;min-height:24px;padding:2px 6px}
.choices{display:flex;flex-wrap:wrap;gap:4px 14px;margin:4px 0;align-items:center}.choices option{color:#1a1c1f;background:#fff}
.search input,.choices input{font:inherit;color:inherit;background:var(--chip);border:1px solid var(--line);min-height:24px}.search+output{display:inline;padding-left:8px}
.sheet{display:block;max-width:100%;touch-action:pan-x pan-y;cursor:crosshair}.sheet:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.linked{max-height:520px;overflow:auto}.linked text{fill:var(--ink);font:12px monospace}.linked path{stroke:var(--bar);fill:none}
[hidden]{display:none!important}
@media print{.more{mask:none}.figure{overflow:visible!important;break-inside:avoid-page}.matrix,.sheet{max-width:100%;height:auto!important}.hint,.choices,.copy,.search,.over,output:empty{display:none}.linked{max-height:none}table{font-size:9px!important}.signed canvas:not(.written),.signed .sheet{filter:var(--stripes,none)}${signedOnPaper}.figure:has(.written) .legend::after{content:none}}
.picture{display:none}
@media(forced-colors:active){.token,.swatch,.bar{forced-color-adjust:none}}
`.replaceAll("\n", "");

import { signedOnPaper } from "../lib/show/paper_style.ts";

/** What the upgraded layers of all kinds have; it lives in a shadow root and reaches nothing else. */
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
.matrix{cursor:crosshair;display:block;touch-action:pan-x pan-y}
.matrix:focus-visible,.strip:focus-visible,button:focus-visible,summary:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.map{position:relative}.over div{position:absolute;pointer-events:none;box-sizing:border-box}.over>div:last-child{inset:0 auto auto 0}
.band{border:1px solid var(--focus);opacity:.6}.spot{outline:2px solid var(--focus)}.over .pin{border:1px dashed var(--focus)}
.row,.flat,.upright{background:var(--paper);font:bold 11px/16px monospace;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;unicode-bidi:isolate}.row{text-align:right}.flat{text-align:center}.upright{writing-mode:vertical-rl;transform:rotate(180deg)}
output:empty::before{content:attr(data-hint);font-weight:400;font-size:12px;color:var(--quiet)}
output{display:block;min-height:1.6em;font-weight:700;unicode-bidi:isolate}
.hint{font-size:12px;margin:2px 0}
.flow{line-height:1.9;content-visibility:auto;contain-intrinsic-size:auto 5em}.label{margin:0 0 2px}
.flow .token{display:inline-block;white-space:pre;font-family:monospace;padding:0 3px;margin:1px;border-radius:3px;border:1px solid transparent}
.at{outline:2px solid var(--focus);outline-offset:0}
.sort{font:inherit;color:inherit;background:none;border:0;padding:2px 0;min-height:24px;cursor:pointer;text-decoration:underline dotted}.lines{white-space:pre-line;font-weight:400}
.pinned{outline:2px dashed var(--focus)!important;outline-offset:-1px}
.copy code{font-family:monospace;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;overflow:hidden;margin-top:4px}.copy button,.choices select,.choices button{font:12px sans-serif;color:inherit;background:var(--chip);border:1px solid var(--line);border-radius:4px;min-height:24px;padding:2px 6px}
.choices{display:flex;flex-wrap:wrap;gap:4px 14px;margin:4px 0;align-items:center}.choices option{color:#1a1c1f;background:#fff}
.search input,.choices input{font:inherit;color:inherit;background:var(--chip);border:1px solid var(--line);min-height:24px}.search+output{display:inline;padding-left:8px}
[hidden]{display:none!important}
@media print{.figure{overflow:visible!important;break-inside:avoid-page}.matrix{max-width:100%;height:auto!important}.hint,.choices,.copy,.search,.over,output:empty{display:none}table{font-size:9px!important}.wide{zoom:min(1,1.2*var(--wide))}.signed canvas:not(.written){filter:var(--stripes,none)}${signedOnPaper}.figure:has(.written) .legend::after{content:none}}
.picture{display:none}
@media(forced-colors:active){.token,.swatch,.bar{forced-color-adjust:none}}
`;

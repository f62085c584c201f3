/** The style of a live view's controls. */
export const style: string = `
.innerworks-live{font:13px/1.5 sans-serif;color:var(--jp-content-font-color1,var(--vscode-editor-foreground,inherit))}
.innerworks-live .controls{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:flex-start;padding:4px 2px 8px}
.innerworks-live label{display:flex;gap:8px;align-items:center;min-height:24px;font-weight:600}
.innerworks-live label.wide{flex:1 1 100%}
.innerworks-live input[type=range]{width:220px;min-height:24px;margin:0}
.innerworks-live input[type=text]{flex:1;min-height:24px;padding:2px 6px;font:inherit;font-weight:400;color:inherit;background:transparent;border:1px solid currentColor;border-radius:4px}
.innerworks-live .value{min-width:4em;font-variant-numeric:tabular-nums}
.innerworks-live fieldset{border:0;margin:0;padding:0;min-width:0}
.innerworks-live legend{font-weight:600;padding:0}
.innerworks-live .heads{display:grid;gap:2px 2px;align-items:center;overflow-x:auto}
.innerworks-live .heads span{padding-right:6px}
.innerworks-live .heads button{width:24px;height:24px;padding:0;font:12px sans-serif;color:inherit;background:transparent;border:1px solid currentColor;border-radius:4px;cursor:pointer}
.innerworks-live .heads button[aria-pressed=true]{background:#b3470a;border-color:#b3470a;color:#fff;font-weight:700}
.innerworks-live :is(input,button):focus-visible{outline:2px solid #b3470a;outline-offset:2px}
.innerworks-live .status:not(:empty){border-left:3px solid #c9302c;padding:2px 8px;margin-bottom:6px;white-space:pre-wrap}
`.replaceAll("\n", "");

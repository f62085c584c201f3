/**
 * The looks of an exported notebook, light and dark.
 *
 * @module
 */

/** CSS for the page; every text colour is at least 4.5 to 1 on its ground. */
export const pageStyle: string = `
:root {
  --ink: #1a1c1f; --quiet: #545961; --paper: #fff; --ground: #f5f6f8; --line: #d0d4da; --link: #0b57a4;
  --keyword: #8a1c7c; --string: #1b6b2f; --number: #9a4a00; --comment: #5d636c; --error: #a4161a; --fault: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e6ea; --quiet: #a6adb8; --paper: #16181c; --ground: #1f2227; --line: #3b4048; --link: #82b7f2;
    --keyword: #e3a1da; --string: #93d3a2; --number: #efb37c; --comment: #9aa2ad; --error: #ff9b9b; --fault: #371d1f;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
nav { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 0; font-size: 0.9rem; }
nav ol { list-style: none; margin: 0; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 6px; columns: 18rem; }
nav li { break-inside: avoid; }
nav a { display: inline-block; min-height: 24px; }
nav .depth-3 { padding-left: 1.25rem; }
a { color: var(--link); }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { font-size: 2rem; margin-top: 0.5em; }
h2 { font-size: 1.4rem; border-bottom: 1px solid var(--line); padding-bottom: 0.2em; }
h3 { font-size: 1.15rem; }
.prose { max-width: 46rem; }
.prose table { border-collapse: collapse; display: block; overflow-x: auto; }
.prose th, .prose td { border: 1px solid var(--line); padding: 0.3em 0.7em; }
.prose blockquote { margin: 1em 0; padding: 0 1em; border-left: 3px solid var(--line); color: var(--quiet); }
code, pre { font: 13px/1.55 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { margin: 0.6em 0; padding: 0.7em 0.9em; overflow-x: auto; border-radius: 6px; }
:not(pre) > code { background: var(--ground); padding: 0.1em 0.3em; border-radius: 4px; overflow-wrap: anywhere; }
.prose pre, .source { background: var(--ground); border: 1px solid var(--line); }
.cell { margin: 1.4em 0; }
.output { margin: 0.6em 0; overflow-x: auto; }
pre.output, pre.value { border-left: 3px solid var(--line); border-radius: 0; padding: 0.2em 0.9em; }
pre.stderr { border-left-color: var(--number); }
pre.error { background: var(--fault); color: var(--error); border-left-color: var(--error); }
img { max-width: 100%; height: auto; }
figure { margin: 0; }
.comment { color: var(--comment); }
.string { color: var(--string); }
.number { color: var(--number); }
.keyword { color: var(--keyword); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
@media print { nav { display: none; } pre { white-space: pre-wrap; } .source { break-inside: avoid; } }
`;

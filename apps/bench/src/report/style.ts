// The report's style sheet: light and dark, from a phone's width upwards.
import { LIGHT_COLOURS } from './data.ts';

/** The style sheet. */
export const style = `
:root {
  color-scheme: light dark;
  --background: #ffffff; --text: #1b1f24; --muted: #59636e; --line: #d8dee4; --panel: #f6f8fa; --link: #0b57d0;
  --good: #11632f; --bad: #b3261e;
  ${LIGHT_COLOURS.map((color, index) => `--series-${index}: ${color};`).join(' ')}
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #0f1318; --text: #e6eaee; --muted: #9aa5b1; --line: #30363d; --panel: #171c23; --link: #8ab4f8;
    --good: #6fd58f; --bad: #ff8a80;
    --series-0: #6cb0ff; --series-1: #ff9d57; --series-2: #5fd07a; --series-3: #ff7b72; --series-4: #bc8cff;
    --series-5: #e0b040; --series-6: #ff80c0; --series-7: #a8b3bf;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem; background: var(--background); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.375rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.0625rem; margin: 2.25rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); }
.muted, figcaption, caption { color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
figure { margin: 0; min-width: 0; }
figcaption, caption { font-size: .875rem; text-align: left; padding: .25rem 0; }
.chart { min-height: 316px; min-width: 0; }
.chart svg { display: block; max-width: 100%; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .875rem; }
.legend svg { width: 1.75rem; height: .75rem; margin-right: .4rem; }
.legend button { border: 1px solid transparent; border-radius: 3px; padding: .1rem .3rem; min-height: 1.5rem; background: none; color: inherit; font: inherit; cursor: pointer; }
.legend button[aria-pressed="false"] { color: var(--muted); text-decoration: line-through; }
.legend button[aria-pressed="false"] svg { opacity: .3; }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .875rem; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: 1rem 0; font-size: .875rem; }
.tools input, .tools select, .tools button { font: inherit; padding: .25rem .5rem; border: 1px solid var(--muted); border-radius: 3px; background: var(--background); color: var(--text); min-height: 2rem; }
.tools label { display: flex; flex-direction: column; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; min-height: 1.5rem; text-align: inherit; cursor: pointer; text-decoration: underline dotted; }
summary { cursor: pointer; padding: .35rem 0; font-size: 1.0625rem; font-weight: 600; }
summary h3 { display: inline; margin: 0; }
.export { font-size: .8125rem; margin: 0; }
.export button { font: inherit; color: var(--link); background: none; border: 0; padding: 0 .6rem 0 0; min-height: 1.5rem; cursor: pointer; text-decoration: underline; }
[hidden] { display: none !important; }
.scroll { overflow-x: auto; margin: .75rem 0; }
.scroll:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .75rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
th { font-weight: 600; }
thead th { color: var(--muted); white-space: normal; overflow-wrap: normal; vertical-align: bottom; }
caption span { display: inline-block; max-width: min(46rem, calc(100vw - 2rem)); }
.single { max-width: 46rem; }
th:first-child, td.text { text-align: left; }
td.long { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
#verdicts tbody th, #verdicts td { white-space: normal; min-width: 6.5rem; overflow-wrap: anywhere; }
#verdicts td.long { min-width: 9rem; }
.best { color: var(--good); font-weight: 600; }
.failed { color: var(--bad); font-weight: 600; }
.ratio { color: var(--muted); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; font-size: .875rem; margin: .75rem 0; }
dt { color: var(--muted); }
dd { margin: 0; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
@media (max-width: 40rem) { tbody th { white-space: normal; overflow-wrap: normal; min-width: 9.5rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .35rem; } }
@media print { .chart { break-inside: avoid; } }
`;

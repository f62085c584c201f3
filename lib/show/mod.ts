/**
 * Drawings: what the last value of a cell becomes.
 *
 * @module
 */

export { all, type DrawnList } from "./all.ts";
export { attentionSheet, type AttentionSheetOptions } from "./attention_sheet.ts";
export { attentionView, type AttentionViewOptions } from "./attention_view.ts";
export type { Axis } from "./axis.ts";
export { type Code, codeAt, type CodePlace, type PlacedCode } from "./code_at.ts";
export type { Colour, Scale } from "./colour.ts";
export {
  type Chart,
  display,
  type Displayable,
  type Document,
  type Drawing,
  type DrawnChart,
  type DrawnDocument,
  inspect,
  isDisplayable,
  type Saved,
  type ShownToken,
} from "./display.ts";
export { drawn, type DrawnPromise } from "./drawn.ts";
export { escapeHtml } from "./escape.ts";
export { formatNumber, formatPercent } from "./format_number.ts";
export { graph, type GraphEdge, type GraphNode, type GraphOptions } from "./graph.ts";
export type { MarkedCells } from "./cell_marks.ts";
export { type CellNotes, heatMap, type HeatMapOptions } from "./heat_map.ts";
export { decodeIndexedPng, type IndexedPicture, indexedPng } from "./png.ts";
export { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
export { changedLetters, nearestNames, quotedNames } from "./nearest_names.ts";
export type { NamedValue } from "./legend.ts";
export { type LensReading, lensTable, type LensTableOptions } from "./lens_table.ts";
export { callCode, literalCode, namedCode } from "./literal_code.ts";
export { markdown } from "./markdown.ts";
export { type CsvField, type CsvOptions, csvText } from "./csv_text.ts";
export { givenValue } from "./given_value.ts";
export { joinedText } from "./joined_text.ts";
export { quotedEnd } from "./quoted_end.ts";
export { attentionRows, type AttentionWeights, type DrawnRows } from "./drawn_rows.ts";
export { type LongRow, LongTable } from "./long_table.ts";
export { save } from "./save.ts";
export { show } from "./show.ts";
export { type Profile, showFor } from "./show_for.ts";
export { showWithin } from "./show_within.ts";
export { sideBySide, type SideBySideOptions } from "./side_by_side.ts";
export { type Cell, type Column, table, type TableOptions } from "./table.ts";
export { tabs } from "./tabs.ts";
export {
  type DiffStep,
  diffSteps,
  tokenDiff,
  type TokenDiffOptions,
  type TokenDiffSide,
} from "./token_diff.ts";
export {
  type CardExample,
  type CardHistogram,
  type CardList,
  tokenCard,
  type TokenCardOptions,
} from "./token_card.ts";
export { tokenHtml, type TokenHtmlOptions } from "./token_html.ts";
export { type TensorAxis, tensorView, type TensorViewOptions } from "./tensor_view.ts";
export {
  type TokenCandidate,
  type TokenMetric,
  tokenMetrics,
  type TokenMetricsOptions,
} from "./token_metrics.ts";
export { type NamedTokens, tokenPair, type TokenPairOptions } from "./token_pair.ts";
export { tokenStrip, type TokenStripOptions } from "./token_strip.ts";
export { type TokenRow, tokenTable, type TokenTableOptions } from "./token_table.ts";
export { tokenText } from "./token_text.ts";
export type { Align } from "./text_table.ts";
export { tree, type TreeNode, type TreeOptions } from "./tree.ts";
export type { Transform } from "./value_scale.ts";
export { bars, type BarsOptions } from "./bars.ts";
export { waterfall, type WaterfallOptions, type WaterfallPart } from "./waterfall.ts";
export { lines, type LineSeries, type LinesOptions } from "./lines.ts";
export type { NumberAxis } from "./number_axis.ts";
export type { Reference } from "./reference.ts";
export { histogram, type HistogramOptions } from "./histogram.ts";
export { scatter, type ScatterOptions, type ScatterPoint } from "./scatter.ts";
export type { ScatterCircle, ScatterLine } from "./scatter_frame.ts";
export {
  type Scatter3d,
  scatter3d,
  type Scatter3dOptions,
  type Scatter3dPoint,
} from "./scatter_3d.ts";
export type { Scatter3dPlotlyOptions } from "./scatter_3d_plotly.ts";

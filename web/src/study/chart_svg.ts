// Charts as pictures of their own, to be put into a document: they need no style sheet and name
// every value in words as well.

export interface ChartBar {
  label: string;
  share: number;
  low: number;
  high: number;
  /** Beside the line: "25% (22–28%)". */
  text: string;
}

const width = 720;
const rowHeight = 28;
const top = 44;
const labelWidth = 220;
const textWidth = 150;
const plotWidth = width - labelWidth - textWidth;
const longestLabel = 32;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const shortened = (text: string): string =>
  [...text].length > longestLabel ? `${[...text].slice(0, longestLabel - 1).join("")}…` : text;
const at = (share: number): string => (labelWidth + plotWidth * Math.min(1, Math.max(0, share))).toFixed(1);

function row(bar: ChartBar, index: number): string {
  const y = top + rowHeight * (index + 0.5);
  return [
    `<text x="${labelWidth - 10}" y="${y + 4}" text-anchor="end">${escaped(shortened(bar.label))}</text>`,
    `<line x1="${at(0)}" x2="${at(1)}" y1="${y}" y2="${y}" stroke="#ddd"/>`,
    `<line x1="${at(bar.low)}" x2="${at(bar.high)}" y1="${y}" y2="${y}" stroke="#2f6f5e" stroke-width="3"/>`,
    `<circle cx="${at(bar.share)}" cy="${y}" r="5" fill="#2f6f5e"/>`,
    `<text x="${width - textWidth + 10}" y="${y + 4}">${escaped(bar.text)}</text>`,
  ].join("");
}

/** Shares with their intervals, each as a line with a point, from 0 to 100%. */
export function shareChart(title: string, axis: string, bars: readonly ChartBar[]): string {
  const height = top + rowHeight * bars.length + 16;
  const said = bars.map((bar) => `${bar.label}: ${bar.text}`).join("; ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(title)}</title><desc>${escaped(said)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="18" font-weight="600">${escaped(title)}</text>`,
    `<text x="${labelWidth - 10}" y="${top - 6}" text-anchor="end" fill="#666">${escaped(axis)}</text>`,
    `<text x="${at(0)}" y="${top - 6}" fill="#666">0%</text>`,
    `<text x="${at(1)}" y="${top - 6}" text-anchor="end" fill="#666">100%</text>`,
    ...bars.map(row),
    "</svg>\n",
  ].join("\n");
}

// Tables and charts as files.
import { expect, test } from "vitest";
import { csvOf } from "../src/parts/csv";
import { shareChart } from "../src/study/chart_svg";

test("a table as CSV quotes what needs it and runs nothing", () => {
  const text = csvOf([["a", 1.5, 'say "no"'], ["line\nbreak", Number.NaN, "=1+1"], ["中文，逗号", -2, "-1 apple"]]);
  expect(text.startsWith("\ufeff")).toBe(true);
  expect(text.slice(1).split("\r\n")).toEqual([
    'a,1.5,"say ""no"""', `"line\nbreak",,'=1+1`, "中文，逗号,-2,'-1 apple", "",
  ]);
});

test("a chart says its values in words and escapes names", () => {
  const svg = shareChart("Poor <b>", "Group", [
    { label: "a & b", share: 0.25, low: -0.1, high: 1.2, text: "25% (0–100%)" },
    { label: "x".repeat(50), share: 1, low: 1, high: 1, text: "100%" },
  ]);
  expect(svg).toContain("<title>Poor &lt;b&gt;</title>");
  expect(svg).toContain("a &amp; b: 25% (0–100%)");
  expect(svg).not.toContain("<b>");
  expect(svg, "intervals end where shares do").toContain('x1="220.0" x2="570.0"');
  expect(svg, "a long name is cut, and whole in the words").toContain(`${"x".repeat(31)}…`);
});

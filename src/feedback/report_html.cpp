#include <algorithm>

#include "base/strings.h"
#include "feedback/finding_text.h"
#include "feedback/report.h"

namespace falconet {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light; }
body { max-width: 62rem; margin: 2.5rem auto; padding: 0 1.25rem; color: #1c1c1a; background: #fff;
  font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; border-bottom: 1px solid #ddd; padding-bottom: .25rem; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; font-size: .9rem; }
caption { text-align: start; font-weight: 600; padding-bottom: .35rem; }
th, td { text-align: start; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid #e4e4e0; }
th { font-weight: 600; }
td p { margin: 0 0 .35rem; }
.warning { padding: .75rem 1rem; border: 2px solid #a03c00; border-radius: .5rem; font-weight: 600; }
figure { margin: 1rem 0; }
svg { width: 100%; max-width: 42rem; height: auto; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, tr, figure { break-inside: avoid; } }
)css";

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string cell_html(const std::string& text) {
  const auto lines = split(text, '\n');
  if (lines.size() <= 1) return html_text(text);
  std::string out;
  for (const std::string_view line : lines) out += cat("<p>", html_text(line), "</p>");
  return out;
}

std::string table_html(const ReportTable& table) {
  std::string out = "<table>\n";
  if (!table.caption.empty()) out += cat("<caption>", html_text(table.caption), "</caption>\n");
  out += "<thead><tr>";
  for (const std::string& column : table.columns) {
    out += cat("<th scope=\"col\">", html_text(column), "</th>");
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? cat("<th scope=\"row\">", cell_html(row[i]), "</th>")
                    : cat("<td>", cell_html(row[i]), "</td>");
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

// The chart's grid, in its own units.
constexpr double kWidth = 640;
constexpr double kHeight = 220;
constexpr double kLeft = 44;
constexpr double kBottom = 40;
constexpr double kTop = 10;

double height_of(double share, double most) {
  return kTop + (kHeight - kTop - kBottom) * (1 - share / most);
}

/// Points with whiskers over the bins; the numbers stand in the table below it.
std::string chart_svg(const ReportChart& chart) {
  double most = 0.1;
  for (const auto& bar : chart.bars) most = std::max(most, bar.interval.high);
  most = std::min(1.0, most * 1.05);
  std::string out = cat("<svg viewBox=\"0 0 ", fixed(kWidth, 0), " ", fixed(kHeight, 0),
                        "\" role=\"img\" aria-label=\"", html_text(chart.table.caption),
                        "\" font-size=\"12\" font-family=\"inherit\">\n");
  for (const double share : {0.0, most / 2, most}) {
    const std::string y = fixed(height_of(share, most), 1);
    out += cat("<path d=\"M", fixed(kLeft, 0), " ", y, "H", fixed(kWidth, 0),
               "\" stroke=\"#ddd\"/><text x=\"", fixed(kLeft - 6, 0), "\" y=\"", y,
               "\" text-anchor=\"end\" dominant-baseline=\"middle\">", percent(share), "</text>\n");
  }
  const double step =
      (kWidth - kLeft) / static_cast<double>(std::max<std::size_t>(1, chart.bars.size()));
  for (std::size_t i = 0; i < chart.bars.size(); ++i) {
    const auto& bar = chart.bars[i];
    const std::string x = fixed(kLeft + step * (static_cast<double>(i) + 0.5), 1);
    out += cat("<path d=\"M", x, " ", fixed(height_of(bar.interval.low, most), 1), "V",
               fixed(height_of(bar.interval.high, most), 1),
               "\" stroke=\"#176b57\" stroke-width=\"2\"/><circle cx=\"", x, "\" cy=\"",
               fixed(height_of(bar.share, most), 1), "\" r=\"4.5\" fill=\"#176b57\"/><text x=\"", x,
               "\" y=\"", fixed(kHeight - 22, 0), "\" text-anchor=\"middle\">",
               html_text(bar.label), "</text>\n");
  }
  return cat(out, "<text x=\"", fixed((kWidth + kLeft) / 2, 0), "\" y=\"", fixed(kHeight - 4, 0),
             "\" text-anchor=\"middle\">", html_text(chart.axis), "</text>\n</svg>\n");
}

std::string section_html(const ReportSection& section) {
  std::string out = cat("<section>\n<h2>", html_text(section.heading), "</h2>\n");
  for (const std::string& text : section.paragraphs) out += cat("<p>", html_text(text), "</p>\n");
  if (!section.items.empty()) {
    out += "<ul>\n";
    for (const std::string& item : section.items) out += cat("<li>", html_text(item), "</li>\n");
    out += "</ul>\n";
  }
  for (const ReportTable& table : section.tables) out += table_html(table);
  for (const ReportChart& chart : section.charts) {
    out += cat("<figure>\n", chart_svg(chart), "</figure>\n", table_html(chart.table));
  }
  return out + "</section>\n";
}

}  // namespace

std::string report_html(const ReportDocument& report) {
  const bool is_chinese = report.language == ReportLanguage::Chinese;
  std::string out = cat("<!doctype html>\n<html lang=\"", is_chinese ? "zh-CN" : "en",
                        "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                        "content=\"width=device-width\">\n<title>",
                        html_text(report.title), "</title>\n<style>", kStyle,
                        "</style>\n</head>\n<body>\n<h1>", html_text(report.title), "</h1>\n");
  if (!report.warning.empty()) {
    out += cat("<p class=\"warning\" role=\"note\">", html_text(report.warning), "</p>\n");
  }
  for (const ReportSection& section : report.sections) out += section_html(section);
  return out + "</body>\n</html>\n";
}

}  // namespace falconet

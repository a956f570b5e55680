#include "base/strings.h"
#include "feedback/report.h"

namespace falconet {
namespace {

/// Text that Markdown takes as it is: people's words may hold its marks and HTML.
std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_cell(const std::string& text) {
  return replace_all(markdown_text(text), "\n", "<br>");
}

std::string table_markdown(const ReportTable& table) {
  std::string out;
  if (!table.caption.empty()) out += cat("**", markdown_text(table.caption), "**\n\n");
  std::string rule = "|";
  out += "|";
  for (const std::string& column : table.columns) {
    out += cat(" ", markdown_cell(column), " |");
    rule += "---|";
  }
  out += cat("\n", rule, "\n");
  for (const auto& row : table.rows) {
    out += "|";
    for (const std::string& text : row) out += cat(" ", markdown_cell(text), " |");
    out += "\n";
  }
  return out + "\n";
}

}  // namespace

std::string report_markdown(const ReportDocument& report) {
  std::string out = cat("# ", markdown_text(report.title), "\n\n");
  if (!report.warning.empty()) out += cat("> **", markdown_text(report.warning), "**\n\n");
  for (const ReportSection& section : report.sections) {
    out += cat("## ", markdown_text(section.heading), "\n\n");
    for (const std::string& text : section.paragraphs) out += cat(markdown_text(text), "\n\n");
    for (const std::string& item : section.items) out += cat("- ", markdown_text(item), "\n");
    if (!section.items.empty()) out += "\n";
    for (const ReportTable& table : section.tables) out += table_markdown(table);
    for (const ReportChart& chart : section.charts) out += table_markdown(chart.table);
  }
  return out;
}

}  // namespace falconet

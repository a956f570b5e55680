// The report of a study, for reading and printing: the model study's structure, in two languages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feedback/feedback_analysis.h"
#include "feedback/small_groups.h"

namespace falconet {

/// What a report says, before it is dressed as HTML or Markdown. Texts are plain.
struct ReportTable {
  std::string caption = {};
  std::vector<std::string> columns = {};
  std::vector<std::vector<std::string>> rows = {};  // a cell's lines are separated by "\n"
};

/// Shares with their intervals over bins; `table` says the same in numbers.
struct ReportChart {
  struct Bar {
    std::string label = {};
    double share = 0;
    Interval interval = {};
  };
  std::vector<Bar> bars = {};
  std::string axis = {};  // what the labels are
  ReportTable table = {};
};

struct ReportSection {
  std::string heading = {};
  std::vector<std::string> paragraphs = {};
  std::vector<std::string> items = {};  // a list, after the paragraphs
  std::vector<ReportTable> tables = {};
  std::vector<ReportChart> charts = {};
};

struct ReportDocument {
  ReportLanguage language = ReportLanguage::English;
  std::string title = {};
  std::string warning = {};  // about data that did not come from people; empty: none is needed
  std::vector<ReportSection> sections = {};
};

/// Groups of fewer than `least_people` people are merged or hidden (small_groups.h).
ReportDocument report_of(const FeedbackAnalysis& analysis, ReportLanguage language,
                         std::int64_t least_people = kLeastShownPeople);

/// One file without anything from elsewhere and without scripts; prints well.
std::string report_html(const ReportDocument& report);

std::string report_markdown(const ReportDocument& report);

}  // namespace falconet

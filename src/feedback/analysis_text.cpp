#include <array>

#include "base/strings.h"
#include "feedback/annotation_report.h"
#include "feedback/exploration_text.h"
#include "feedback/feedback_analysis.h"
#include "feedback/finding_text.h"
#include "feedback/poor_trend.h"

namespace falconet {
namespace {

class TextReport {
 public:
  TextReport(const FeedbackAnalysis& analysis, ReportLanguage language)
      : analysis_(analysis), language_(language) {}

  std::string write() {
    add_sources();
    add_findings("PROBLEMS", "问题", [](const Finding& finding) {
      return finding.kind != FindingKind::Praise && finding.kind != FindingKind::NoneObserved;
    });
    add_findings("NOT OBSERVED", "未观察到",
                 [](const Finding& finding) { return finding.kind == FindingKind::NoneObserved; });
    add_findings("PRAISE", "好评",
                 [](const Finding& finding) { return finding.kind == FindingKind::Praise; });
    add_curves();
    add_segments();
    add_annotations();
    add_section(themes_section(analysis_, language_));
    add_section(drivers_section(analysis_.drivers, language_));
    add_section(trend_section(analysis_, language_));
    add_limits();
    return std::move(out_);
  }

 private:
  bool is_chinese() const { return language_ == ReportLanguage::Chinese; }
  std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(is_chinese() ? chinese : english);
  }
  void line(const std::string& text) { out_ += text + "\n"; }
  void title(std::string_view english, std::string_view chinese) {
    if (!out_.empty()) out_ += "\n";
    line(say(english, chinese));
  }

  void add_sources() {
    title("SOURCES", "数据来源");
    if (const std::string only = restriction_text(analysis_.options, language_); !only.empty()) {
      line(cat("  ", only));
    }
    const ResponseFlow& flow = analysis_.flow;
    const SegmentFlow& total = flow.total;
    line(cat("  ", say("invited ", "受邀 "), total.invited, " → ", say("consented ", "同意 "),
             total.consented, " → ", say("active ", "使用 "), total.active, " → ",
             say("rated ", "评分 "), total.rated, ", ", say("questionnaire ", "问卷 "),
             total.surveyed, ", ", say("interview ", "访谈 "), total.interviewed));
    for (const SegmentFlow& row : flow.segments) {
      line(cat("    ", row.segment.empty() ? say("(no segment)", "（未分组）") : row.segment, ": ",
               row.active, " / ", row.target));
    }
    line(cat("  ", flow.num_answers, say(" answers; probes answered ", " 个回答；探测评分应答 "),
             flow.num_probes_answered, " / ", flow.num_probes_shown,
             say("; voluntary ratings ", "；主动评分 "), flow.num_voluntary));
    for (std::size_t i = 0; i < analysis_.answers_by_provenance.size(); ++i) {
      const std::int64_t count = analysis_.answers_by_provenance[i];
      if (count == 0) continue;
      line(cat("  ", provenance_name(static_cast<Provenance>(i)), ": ", count,
               say(" answers", " 个回答")));
    }
    if (const auto& poor = analysis_.categories.poor) {
      line(cat("  ", say("poor answers ", "不满意的回答 "), percent(poor->rate), " (",
               percent_interval(poor->interval), ")"));
    }
  }

  template <class Fits>
  void add_findings(std::string_view english, std::string_view chinese, const Fits& fits) {
    bool has_title = false;
    for (const Finding& finding : analysis_.findings) {
      if (!fits(finding)) continue;
      if (!has_title) title(english, chinese);
      has_title = true;
      line("  - " + finding_text(finding, language_));
      if (finding.suggestion != nullptr) {
        line(cat("      → ", say(finding.suggestion->english, finding.suggestion->chinese)));
      }
      for (const QuoteReference& quote : finding.quotes) {
        line(cat("      “", trim(quote.text), "” (", quote.participant_id, ", ", quote.id, ")"));
      }
    }
  }

  void add_curves() {
    title("POOR ANSWERS BY PROMPT LENGTH AND TURN", "不满意率与提示长度、轮次");
    for (const QualityCurve* curve : {&analysis_.curves.length, &analysis_.curves.turn}) {
      const bool is_length = curve->variable == CurveVariable::PromptTokens;
      const std::string name = is_length ? say("tokens", "词元") : say("turn", "轮次");
      line(cat("  ", name, ": ", curve_text(*curve, language_)));
      for (const CurveBin& bin : curve->bins) {
        const std::string high = bin.high ? fixed(*bin.high - 1, 0) : "";
        line(cat("    ", fixed(bin.low, 0), "–", high, ": ", percent(bin.poor.rate), " (",
                 percent_interval(bin.poor.interval), "), n = ", bin.poor.num_messages));
      }
    }
  }

  void add_segments() {
    if (analysis_.segments.empty()) return;
    title("SEGMENTS", "人群比较");
    for (const SegmentResult& row : analysis_.segments) {
      std::string text = cat("  ", row.segment, ": ", percent(row.poor_share),
                             say(" poor, others ", " 不满意，其他人 "), percent(row.others_share),
                             "; ", row.num_people, say(" people", " 人"));
      text += row.adjusted_p_value ? "; " + p_text(*row.adjusted_p_value)
                                   : say("; too few to test", "；人数太少，不作检验");
      if (row.detectable_difference) {
        text += cat(say("; detectable from +", "；可检出的差异 +"),
                    percent(*row.detectable_difference));
      }
      line(text);
    }
  }

  void add_annotations() {
    if (analysis_.annotations.empty()) return;
    title("CODED SAMPLES", "抽样编码");
    for (const CodeResult& result : analysis_.annotations) {
      line("  " + code_text(result, language_));
    }
  }

  /// A report's section as plain lines: a table's cells with " | " between, a quote a line.
  void add_section(const ReportSection& section) {
    if (section.paragraphs.empty() && section.items.empty()) return;
    out_ += "\n";
    line(section.heading);
    for (const std::string& text : section.paragraphs) line("  " + text);
    for (const std::string& item : section.items) line("  - " + item);
    for (const ReportTable& table : section.tables) {
      line("  " + join(table.columns, " | "));
      for (const auto& row : table.rows) {
        line("  - " + replace_all(join(row, " | "), "\n", "\n      "));
      }
    }
  }

  void add_limits() {
    title("LIMITS", "局限");
    for (const std::string& limit : limits_of(analysis_, language_)) line("  - " + limit);
  }

  const FeedbackAnalysis& analysis_;
  ReportLanguage language_;
  std::string out_;
};

}  // namespace

std::vector<std::string> limits_of(const FeedbackAnalysis& analysis, ReportLanguage language) {
  const auto say = [&](const char* english, const char* chinese) {
    return std::string(language == ReportLanguage::Chinese ? chinese : english);
  };
  std::vector<std::string> limits;
  limits.push_back(
      analysis.categories.basis == RatingBasis::All
          ? say("Too few probes: rates rest on whoever rated, probably the discontented.",
                "探测评分太少：比例来自主动评分者，可能偏向不满意的人。")
          : say("Rates of answers are weighted by the probes' chances; who ignored a probe is "
                "taken "
                "to be like those who answered.",
                "回答比例按探测概率加权；假定未应答者与应答者相似。"));
  limits.push_back(
      say("A category counts only where words, a tag or the parser name it: its share is a lower "
          "bound.",
          "仅统计文字、标签或解析器明确指出的类别，其比例为下限。"));
  if (analysis.num_bad_lines > 0) {
    limits.push_back(
        cat(analysis.num_bad_lines, say(" lines were left out.", " 行数据未被采用。")));
  }
  if (analysis.flow.num_withdrawn > 0) {
    limits.push_back(
        cat(analysis.flow.num_withdrawn,
            say(" people withdrew; nothing of theirs is used.", " 人已退出，其数据未被使用。")));
  }
  for (const std::string& text :
       {redaction_text(analysis.redacted, language),
        analysis.hidden ? hidden_text(*analysis.hidden, language) : std::string()}) {
    if (!text.empty()) limits.push_back(text);
  }
  return limits;
}

std::string restriction_text(const AnalysisOptions& options, ReportLanguage language) {
  const auto say = [&](std::string_view english, std::string_view chinese) {
    return std::string(language == ReportLanguage::Chinese ? chinese : english);
  };
  const RecordFilter& filter = options.filter;
  std::vector<std::string> parts;
  const auto add = [&](std::string_view english, std::string_view chinese,
                       const std::string& value) {
    if (!value.empty()) parts.push_back(cat(say(english, chinese), value));
  };
  add("from ", "自 ", filter.from ? date_text(*filter.from) : "");
  add("before ", "早于 ", filter.until ? date_text(*filter.until) : "");
  add("model ", "模型 ", filter.model);
  add("language ", "语言 ", filter.language);
  add("group ", "人群 ", filter.segment);
  if (options.only) add("origin ", "来源 ", std::string(provenance_name(*options.only)));
  if (parts.empty()) return {};
  return cat(
      say("Restricted to: ", "仅限于："), join(parts, say("; ", "；")),
      say(filter.chooses_answers() ? " (UTC). Questionnaires and interviews, which are about "
                                     "no answer in particular, are left out."
                                   : ".",
          filter.chooses_answers() ? "（UTC）。问卷与访谈不针对具体回答，未计入。" : "。"));
}

std::string analysis_text(const FeedbackAnalysis& analysis, ReportLanguage language) {
  return TextReport(analysis, language).write();
}

}  // namespace falconet

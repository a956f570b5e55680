#include "feedback/finding_text.h"

#include <cmath>

#include "base/strings.h"
#include "feedback/feedback_analysis.h"

namespace falconet {
namespace {

std::string digits(double value) { return fixed(value, value < 9.95 ? 1 : 0); }

std::string point_text(CurveVariable variable, double value) {
  return variable == CurveVariable::PromptTokens ? cat(std::llround(value)) : fixed(value, 1);
}

std::string point_interval(CurveVariable variable, const Interval& interval) {
  return cat(point_text(variable, interval.low), "–", point_text(variable, interval.high));
}

std::string share_text(const Finding& finding, bool is_chinese) {
  if (!finding.rate || !finding.interval) return {};
  const std::string numbers = cat(percent(*finding.rate), is_chinese ? "（" : " (",
                                  percent_interval(*finding.interval), is_chinese ? "）" : ")");
  return is_chinese ? cat("不满意的回答占 ", numbers) : cat(numbers, " of answers poor");
}

std::string seen_by(const Finding& finding, bool is_chinese) {
  return is_chinese
             ? cat(finding.of_people, " 人中 ", count_text(finding.people), " 人遇到")
             : cat("met by ", count_text(finding.people), " of ", finding.of_people, " people");
}

std::string curve_text(const Finding& finding, bool is_chinese) {
  const CurveVariable variable = finding.variable.value_or(CurveVariable::PromptTokens);
  const bool is_length = variable == CurveVariable::PromptTokens;
  const std::string p =
      finding.p_value ? cat(is_chinese ? "；" : "; ", p_text(*finding.p_value)) : "";
  const std::string rest = cat(share_text(finding, is_chinese), is_chinese ? "；" : "; ",
                               seen_by(finding, is_chinese), p);
  if (finding.kind == FindingKind::Gradual || !finding.threshold) {
    if (is_chinese) return cat("质量随", is_length ? "提示长度" : "轮次", "逐渐下降；", rest);
    return cat("quality falls gradually with ", is_length ? "prompt length" : "the turn", "; ",
               rest);
  }
  const std::string interval =
      finding.threshold_interval
          ? cat(is_chinese ? "（" : " (", point_interval(variable, *finding.threshold_interval),
                is_chinese ? "）" : ")")
          : "";
  const std::string point = point_text(variable, *finding.threshold);
  if (is_chinese) {
    return cat("超过约 ", point, is_length ? " 个词元" : " 轮", interval, "后质量下降；", rest);
  }
  return cat("quality falls beyond about ", point, is_length ? " tokens" : " turns", interval, "; ",
             rest);
}

std::string rate_text(const Finding& finding, bool is_chinese) {
  const std::string interval = finding.interval ? percent_interval(*finding.interval) : "";
  const std::string rate = percent(finding.rate.value_or(0));
  const bool is_of_chinese = finding.language == "zh";
  if (is_chinese) {
    return cat(is_of_chinese ? "占中文回答的 " : "占回答的 ", rate, "（", interval, "）；",
               seen_by(finding, true));
  }
  return cat(rate, is_of_chinese ? " of answers to Chinese prompts (" : " of answers (", interval,
             "); ", seen_by(finding, false));
}

std::string segment_text(const Finding& finding, bool is_chinese) {
  const std::string p = finding.p_value ? p_text(*finding.p_value) : "";
  const std::string rate = percent(finding.rate.value_or(0));
  if (is_chinese) {
    return cat(finding.segment, "：不满意占 ", rate, "，与其他人不同；", finding.people, " 人；",
               p);
  }
  return cat(finding.segment, ": ", rate, " poor, unlike the others; ", finding.people, " people; ",
             p);
}

std::string preference_text(const Finding& finding, bool is_chinese) {
  const std::string p = finding.p_value ? p_text(*finding.p_value) : "";
  const std::string rate = percent(finding.rate.value_or(0));
  if (is_chinese) {
    return cat("并排比较时 ", finding.preferred, " 优于 ", finding.over, "：", finding.of_people,
               " 人中 ", count_text(finding.people), " 人更常选它；占 ", finding.answers,
               " 次判断的 ", rate, "；", p);
  }
  return cat(finding.preferred, " is preferred to ", finding.over, " side by side: by ",
             count_text(finding.people), " of ", finding.of_people, " people; in ", rate, " of ",
             finding.answers, " verdicts; ", p);
}

std::string none_text(const Finding& finding, bool is_chinese) {
  const std::string bound = percent(finding.interval ? finding.interval->high : 1);
  if (is_chinese) return cat(finding.of_people, " 人中无人提出；至多 ", bound, "（单侧 95%）");
  return cat("none observed among ", finding.of_people, " people; at most ", bound,
             " of people (one-sided 95%)");
}

}  // namespace

std::string percent(double share) { return digits(100 * share) + "%"; }

std::string percent_interval(const Interval& interval) {
  return cat(digits(100 * interval.low), "–", percent(interval.high));
}

std::string count_text(std::int64_t count) { return count == kHiddenCount ? "*" : cat(count); }

std::string quotes_text(const std::vector<QuoteReference>& quotes) {
  std::string text;
  for (const QuoteReference& quote : quotes) {
    text += cat(text.empty() ? "" : "\n", "“", trim(quote.text), "” (", quote.participant_id, ", ",
                quote.id, ")");
  }
  return text;
}

std::string people_text(const PeopleRate& rate, ReportLanguage language) {
  const bool is_chinese = language == ReportLanguage::Chinese;
  std::string out = is_chinese ? cat(rate.people, " 人中 ", count_text(rate.with), " 人")
                               : cat(count_text(rate.with), " of ", rate.people, " people");
  if (rate.interval) out += cat(is_chinese ? "；" : "; ", percent_interval(*rate.interval));
  return out;
}

std::string p_text(double p_value) {
  return p_value < 0.001 ? "p < 0.001" : cat("p = ", fixed(p_value, 3));
}

std::string finding_text(const Finding& finding, ReportLanguage language) {
  const bool is_chinese = language == ReportLanguage::Chinese;
  if (finding.kind == FindingKind::SegmentDifference) return segment_text(finding, is_chinese);
  if (finding.kind == FindingKind::Preference) return preference_text(finding, is_chinese);
  std::string text =
      cat(issue_category_label(finding.category, language), is_chinese ? "：" : ": ");
  switch (finding.kind) {
    case FindingKind::Threshold:
    case FindingKind::Gradual: return text + curve_text(finding, is_chinese);
    case FindingKind::NoneObserved: return text + none_text(finding, is_chinese);
    case FindingKind::Praise:
      return text + people_text({finding.people, finding.of_people, finding.interval}, language);
    default: return text + rate_text(finding, is_chinese);
  }
}

std::string curve_text(const QualityCurve& curve, ReportLanguage language) {
  const auto say = [&](const char* english, const char* chinese) {
    return std::string(language == ReportLanguage::Chinese ? chinese : english);
  };
  if (!curve.was_tested) return say("not tested: ", "未检验：") + curve.reason;
  const std::string p = curve.adjusted_p_value ? ", " + p_text(*curve.adjusted_p_value) : "";
  if (curve.shape == CurveShape::None || curve.adjusted_p_value.value_or(1) >= kFindingAlpha) {
    return say("no dependence found", "未发现关联") + p;
  }
  const std::string shape =
      curve.shape == CurveShape::Threshold ? say("threshold", "阈值") : say("gradual", "逐渐变化");
  const std::string side = curve.is_worse_beyond ? "" : say(" (better beyond)", "（之后变好）");
  return shape + side + p;
}

}  // namespace falconet

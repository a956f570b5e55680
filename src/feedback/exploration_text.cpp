#include "feedback/exploration_text.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "feedback/finding_text.h"

namespace falconet {
namespace {

std::string in_language(ReportLanguage language, std::string_view english,
                        std::string_view chinese) {
  return std::string(language == ReportLanguage::Chinese ? chinese : english);
}

struct ConditionName {
  std::string_view name;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array kConditionNames = {
    ConditionName{"long_prompt", "long prompt (over 2000 tokens)", "长提示（超过 2000 词元）"},
    ConditionName{"late_turn", "late turn (after the fifth)", "靠后的轮次（第五轮之后）"},
    ConditionName{"evicted", "messages left out of the prompt", "有消息被移出提示"},
    ConditionName{"malformed", "malformed output", "输出格式有误"},
    ConditionName{"slow_first_token", "first token after 3 s or more", "首词元超过 3 秒"},
    ConditionName{"cut_off", "cut off at the length limit", "达到长度上限被截断"},
    ConditionName{"chinese", "Chinese prompt", "中文提示"},
};

std::string saturation_text(const ThemeResult& result, ReportLanguage language) {
  if (!result.saturation || result.saturation->curve.size() < 2) return {};
  const Saturation& saturation = *result.saturation;
  const std::size_t size = saturation.curve.size();
  const std::string half = fixed(saturation.curve[(size - 1) / 2], 1);
  const std::string last = fixed(saturation.curve[size - 1] - saturation.curve[size - 2], 2);
  const std::string estimated = fixed(saturation.estimated_themes, 1);
  if (language == ReportLanguage::Chinese) {
    return cat("一半的人会提到约 ", half, " 个主题；最后一人带来 ", last, " 个新主题；估计至少有 ",
               estimated, " 个主题（Chao2）。");
  }
  return cat("Half of the people would have named ", half,
             " of these themes; the last person added ", last, "; at least ", estimated,
             " themes are estimated to exist (Chao2).");
}

std::string sentiment_split(const Theme& theme) {
  return cat(theme.sentiments[0], " / ", theme.sentiments[1], " / ", theme.sentiments[2]);
}

}  // namespace

ReportSection themes_section(const FeedbackAnalysis& analysis, ReportLanguage language) {
  const auto say = [&](std::string_view english, std::string_view chinese) {
    return in_language(language, english, chinese);
  };
  const ThemeResult& result = analysis.themes;
  ReportSection section{.heading = say("Themes in people's own words", "用户原话中的主题")};
  if (result.num_comments == 0) return section;
  section.paragraphs.push_back(
      language == ReportLanguage::Chinese
          ? cat(result.num_people, " 人写下 ", result.num_comments, " 条文字，其中 ",
                result.num_different, " 条互不雷同；", result.num_in_no_theme,
                " 条不属于任何主题。主题由共同的词自动归并，未使用模型。")
          : cat(result.num_people, " people wrote ", result.num_comments, " comments, ",
                result.num_different, " of them different; ", result.num_in_no_theme,
                " belong to no theme. Themes are comments that share words; no model was used."));
  ReportTable table{.columns = {say("Theme", "主题"), say("People", "人数"),
                                say("Comments", "条数"),
                                say("Discontent / neutral / content", "不满 / 中性 / 满意"),
                                say("In their words", "原话")}};
  for (const Theme& theme : result.themes) {
    table.rows.push_back({join(theme.keyphrases, ", "), cat(theme.num_people),
                          cat(theme.num_comments), sentiment_split(theme),
                          quotes_text(theme.quotes)});
  }
  if (!table.rows.empty()) section.tables.push_back(std::move(table));
  const std::string saturation = saturation_text(result, language);
  if (!saturation.empty()) section.paragraphs.push_back(saturation);
  return section;
}

std::string driver_label(const Driver& driver, ReportLanguage language) {
  for (const ConditionName& row : kConditionNames) {
    if (driver.kind == DriverKind::Condition && row.name == driver.name) {
      return in_language(language, row.english, row.chinese);
    }
  }
  const auto category = issue_category_of(driver.name);
  const std::string label =
      category ? std::string(issue_category_label(*category, language)) : driver.name;
  return cat(in_language(language, "complaint: ", "抱怨："), label);
}

ReportSection drivers_section(const DriverResult& drivers, ReportLanguage language) {
  const auto say = [&](std::string_view english, std::string_view chinese) {
    return in_language(language, english, chinese);
  };
  ReportSection section{.heading =
                            say("What poor ratings are associated with", "与不满意相关的因素")};
  if (!drivers.was_tested || drivers.drivers.empty()) return section;
  section.paragraphs.push_back(say(
      "Associations, not causes: answers that differ in one of these differ in others too. Odds "
      "ratios with all conditions of the table held fixed, clustered by person; q: Benjamini "
      "and Hochberg over all rows. A complaint and a poor rating are one judgement said twice.",
      "以下是相关而非因果：在某一项上不同的回答，往往在其他方面也不同。优势比在控制表中其他条件后"
      "按人聚类得出；q 为对所有行的 Benjamini–Hochberg 校正。抱怨与差评是同一判断的两种表达。"));
  ReportTable table{.columns = {say("Associated with", "相关因素"), say("Answers", "回答数"),
                                say("Poor with it", "有此因素时不满意"),
                                say("Poor without", "无此因素时不满意"),
                                say("Odds ratio", "优势比"), "q"}};
  for (const Driver& driver : drivers.drivers) {
    std::vector<std::string> row = {driver_label(driver, language), cat(driver.num_answers),
                                    percent(driver.poor_with), percent(driver.poor_without)};
    if (const auto& effect = driver.effect) {
      row.push_back(cat(fixed(effect->odds_ratio, 2), " (", fixed(effect->odds_interval.low, 2),
                        "–", fixed(effect->odds_interval.high, 2), ")"));
      row.push_back(effect->q_value < 0.001 ? "< 0.001" : fixed(effect->q_value, 3));
    } else {
      row.push_back(say("not to be told: (nearly) all alike", "（几乎）全部相同，无法估计"));
      row.emplace_back();
    }
    table.rows.push_back(std::move(row));
  }
  section.tables.push_back(std::move(table));
  return section;
}

ReportSection trend_section(const FeedbackAnalysis& analysis, ReportLanguage language) {
  const auto say = [&](std::string_view english, std::string_view chinese) {
    return in_language(language, english, chinese);
  };
  ReportSection section{.heading = say("Over the weeks", "各周变化")};
  const PoorTrend& trend = analysis.trend;
  if (trend.was_tested) {
    const std::string numbers =
        cat(fixed(100 * trend.change, 1), " (", fixed(100 * trend.interval->low, 1), ", ",
            fixed(100 * trend.interval->high, 1), ")");
    section.paragraphs.push_back(
        cat(trend.is_alarm ? say("ALARM: the last week is worse than those before it. ",
                                 "警报：最近一周比之前更差。")
                           : say("No alarm. ", "没有警报。"),
            say("Change in points: ", "变化（百分点）："), numbers, say(". ", "。"),
            say("Without a change, one look in a hundred raises a false alarm.",
                "若无变化，每看一百次约有一次误报。")));
  }
  ReportChart chart{
      .axis = say("Week from", "周起始日"),
      .table = {.caption = say("Poor answers by week", "每周不满意率"),
                .columns = {say("Week from", "周起始日"), say("Poor", "不满意"),
                            say("Interval", "区间"), say("Rated answers", "已评回答")}}};
  for (const TrendWeek& week : trend.weeks) {
    if (!week.poor) continue;
    const std::string date = date_text(week.start);
    chart.bars.push_back({date.substr(5), week.poor->rate, week.poor->interval});
    chart.table.rows.push_back({date.substr(5), percent(week.poor->rate),
                                percent_interval(week.poor->interval),
                                cat(week.poor->num_messages)});
  }
  if (chart.bars.size() > 1) section.charts.push_back(std::move(chart));
  if (!analysis.needed) return section;
  const RatingsNeeded& needed = *analysis.needed;
  if (needed.detectable) {
    section.paragraphs.push_back(
        cat(say("With ", "现有 "), needed.num_ratings,
            say(" ratings, half before and half after a change, a difference of ",
                " 个评分（变化前后各半），可检出 "),
            fixed(100 * *needed.detectable, 1),
            say(" points would be seen with 80 % power.", " 个百分点的差异（功效 80%）。")));
  }
  for (const NeededRatings& row : needed.rows) {
    section.items.push_back(
        cat(say("For a difference of ", "要看出 "), fixed(100 * row.difference, 0),
            say(" points: ", " 个百分点的差异："), row.more,
            say(" more ratings (", " 个新增评分（共需 "), row.needed, say(" in all)", " 个）")));
  }
  return section;
}

std::string redaction_text(const RedactionCounts& counts, ReportLanguage language) {
  if (counts.total() == 0) return {};
  return cat(
      counts.total(),
      in_language(language, " pieces of personal data in people's words were replaced by marks.",
                  " 处个人信息已在原话中以标记代替。"));
}

std::string hidden_text(const HiddenGroups& hidden, ReportLanguage language) {
  const std::int64_t num_hidden = hidden.num_merged_segments + hidden.num_hidden_cells +
                                  hidden.num_hidden_rows + hidden.num_hidden_themes;
  if (num_hidden == 0) return {};
  if (language == ReportLanguage::Chinese) {
    return cat("不足 ", hidden.least_people, " 人的分组不予显示：合并 ", hidden.num_merged_segments,
               " 个人群，隐去 ", hidden.num_hidden_cells, " 个单元格（*）、",
               hidden.num_hidden_rows, " 行和 ", hidden.num_hidden_themes,
               " 个主题；其中有些只是为了不让前者可由合计算出。");
  }
  return cat("Groups of fewer than ", hidden.least_people,
             " people are not shown: ", hidden.num_merged_segments, " segments merged, ",
             hidden.num_hidden_cells, " cells (*), ", hidden.num_hidden_rows, " rows and ",
             hidden.num_hidden_themes,
             " themes hidden, some of them only so that others cannot be computed from a total.");
}

}  // namespace falconet

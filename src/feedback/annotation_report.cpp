#include "feedback/annotation_report.h"

#include <algorithm>

#include "base/strings.h"
#include "feedback/finding_text.h"
#include "feedback/optional_member.h"
#include "feedback/rate_json.h"

namespace falconet {
namespace {

Json label_json(const BilingualText& label) {
  return {{"en", label.english}, {"zh", label.chinese}};
}

Json pairs_json(const std::vector<CoderPair>& pairs) {
  Json out = Json::array();
  for (const CoderPair& pair : pairs) {
    Json row = {{"first", pair.first}, {"second", pair.second}, {"items", pair.num_items}};
    add_optional(row, "kappa", pair.kappa);
    if (pair.kappa) row["interval"] = interval_json(pair.interval);
    out.push_back(std::move(row));
  }
  return out;
}

Json mean_json(const WeightedMean& mean) {
  return {{"rate", mean.mean}, {"interval", interval_json(mean.interval)}};
}

Json program_json(const ProgramCoder& program) {
  Json out = {{"coder", program.coder},
              {"kind", coder_kind_name(program.kind)},
              {"items", program.num_items},
              {"calibrated", false}};
  if (!program.calibration) return out;
  const JudgeCalibration& calibration = *program.calibration;
  out["calibrated"] = calibration.is_calibrated;
  out["people_say_yes"] = calibration.num_true_positives;
  out["people_say_no"] = calibration.num_true_negatives;
  out["needed_of_each"] = kLeastCalibrationUnits;
  if (!calibration.is_calibrated) return out;
  out["sensitivity"] = mean_json(calibration.sensitivity);
  out["specificity"] = mean_json(calibration.specificity);
  out["apparent_prevalence"] = calibration.apparent_prevalence;
  if (!calibration.prevalence) return out;
  out["prevalence"] = {{"rate", *calibration.prevalence},
                       {"interval", interval_json(calibration.prevalence_interval)}};
  return out;
}

Json code_json(const CodeResult& result) {
  Json out = {{"sample", result.sample},
              {"code", result.code},
              {"rubric_version", result.rubric_version},
              {"scale", rubric_scale_name(result.scale)},
              {"label", label_json(result.label)},
              {"items", result.num_items},
              {"coders", result.num_coders},
              {"judgements", result.num_judgements},
              {"cannot_judge", result.num_cannot_judge},
              {"differing", result.num_differing},
              {"decided", result.num_decided},
              {"verdict", coding_verdict_name(result.verdict)}};
  if (result.agreement) {
    out["alpha"] = result.agreement->alpha;
    out["alpha_interval"] = interval_json(result.agreement->interval);
    out["alpha_items"] = result.agreement->num_units;
  }
  out["kappas"] = pairs_json(result.pairs);
  Json shares = Json::array();
  for (const CodeShare& share : result.shares) {
    Json row = {{"value", share.value}, {"label", label_json(share.label)}};
    if (share.rate) row["share"] = rate_json(*share.rate);
    shares.push_back(std::move(row));
  }
  out["shares"] = std::move(shares);
  Json programs = Json::array();
  for (const ProgramCoder& program : result.programs) programs.push_back(program_json(program));
  out["programs"] = std::move(programs);
  return out;
}

/// One code's figures in words.
class CodeWords {
 public:
  CodeWords(const CodeResult& result, ReportLanguage language)
      : result_(result), language_(language) {}

  std::string name() const { return in_words(result_.label); }

  std::string agreement() const {
    if (!result_.agreement) {
      return say("agreement could not be tested", "一致性无法检验");
    }
    return cat("α ", fixed(result_.agreement->alpha, 2), " (",
               fixed(result_.agreement->interval.low, 2), "–",
               fixed(result_.agreement->interval.high, 2), ")");
  }

  std::string kappas(std::string_view separator) const {
    std::string text;
    for (const CoderPair& pair : result_.pairs) {
      if (!pair.kappa) continue;
      text += cat(text.empty() ? "" : separator, "κ ", fixed(*pair.kappa, 2), " (",
                  fixed(pair.interval.low, 2), "–", fixed(pair.interval.high, 2), ")");
    }
    return text;
  }

  std::string shares(std::string_view separator) const {
    if (result_.verdict == CodingVerdict::ReviseCodebook) {
      return say("revise the codebook", "请修订编码手册");
    }
    std::string text;
    for (const CodeShare& share : result_.shares) {
      if (result_.scale == RubricScale::Binary && share.value == 0) continue;
      const std::string rate = share.rate ? cat(percent(share.rate->rate), " (",
                                                percent_interval(share.rate->interval), ")")
                                          : say("one person's answers only", "仅来自一人的回答");
      const bool is_yes = result_.scale == RubricScale::Binary;
      text += cat(text.empty() ? "" : separator, is_yes ? "" : in_words(share.label) + " ", rate);
    }
    return text.empty() ? std::string("–") : text;
  }

  std::string programs(std::string_view separator) const {
    std::string text;
    for (const ProgramCoder& program : result_.programs) {
      text += cat(text.empty() ? "" : separator, program_text(program));
    }
    return text;
  }

  std::string counts() const {
    return cat(result_.num_items, say(" answers, ", " 个回答，"), result_.num_coders,
               say(" coders", " 位编码者"));
  }

 private:
  std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(language_ == ReportLanguage::Chinese ? chinese : english);
  }
  std::string in_words(const BilingualText& text) const { return say(text.english, text.chinese); }

  std::string program_text(const ProgramCoder& program) const {
    const auto& calibration = program.calibration;
    if (!calibration || !calibration->is_calibrated) {
      return cat(program.coder, say(": not calibrated (", "：未校准（"),
                 calibration ? calibration->num_true_positives : 0, " / ",
                 calibration ? calibration->num_true_negatives : 0, say(" of ", "，各需 "),
                 kLeastCalibrationUnits, say(" each)", "）"));
    }
    const auto rate = [](const WeightedMean& mean) {
      return cat(percent(mean.mean), " (", percent_interval(mean.interval), ")");
    };
    std::string text =
        cat(program.coder, say(": sensitivity ", "：灵敏度 "), rate(calibration->sensitivity),
            say(", specificity ", "，特异度 "), rate(calibration->specificity));
    if (!calibration->prevalence) return text + say("; no better than chance", "；不优于随机");
    return cat(text, say("; corrected share ", "；校正后比例 "), percent(*calibration->prevalence),
               " (", percent_interval(calibration->prevalence_interval), ")");
  }

  const CodeResult& result_;
  ReportLanguage language_;
};

ReportTable coded_table(const std::vector<CodeResult>& results, std::string_view sample,
                        ReportLanguage language) {
  const auto say = [&](const char* english, const char* chinese) {
    return std::string(language == ReportLanguage::Chinese ? chinese : english);
  };
  ReportTable table{.columns = {say("Code", "编码"), say("Basis", "依据"),
                                say("Agreement", "一致性"), say("Share of answers", "回答占比")}};
  if (!sample.empty()) table.caption = cat(say("Sample ", "样本 "), sample);
  for (const CodeResult& result : results) {
    if (result.sample != sample) continue;
    const CodeWords words(result, language);
    const std::string kappas = words.kappas("\n");
    const std::string programs = words.programs("\n");
    table.rows.push_back({words.name(), words.counts(),
                          cat(words.agreement(), kappas.empty() ? "" : "\n", kappas),
                          cat(words.shares("\n"), programs.empty() ? "" : "\n", programs)});
  }
  return table;
}

}  // namespace

Json annotations_json(const std::vector<CodeResult>& results) {
  Json out = Json::array();
  for (const CodeResult& result : results) out.push_back(code_json(result));
  return out;
}

std::string code_text(const CodeResult& result, ReportLanguage language) {
  const CodeWords words(result, language);
  std::string text =
      cat(words.name(), ": ", words.counts(), "; ", words.agreement(), "; ", words.shares(", "));
  const std::string programs = words.programs("; ");
  return programs.empty() ? text : cat(text, "; ", programs);
}

ReportSection annotation_section(const std::vector<CodeResult>& results, ReportLanguage language) {
  const bool is_chinese = language == ReportLanguage::Chinese;
  ReportSection section{.heading = is_chinese ? "抽样编码" : "Coded samples"};
  section.paragraphs.push_back(
      is_chinese
          ? "α 为 Krippendorff 系数，κ 为两人间 Cohen 系数；α 低于 0.667 "
            "时不给出占比。占比按抽取概率的"
            "倒数加权，区间按提问者计算。"
          : "α is Krippendorff's, κ Cohen's of two coders; below an α of 0.667 no share is "
            "printed. "
            "Shares are weighted by the inverse chance of being drawn; intervals count the people "
            "who asked.");
  std::vector<std::string_view> samples;
  for (const CodeResult& result : results) {
    if (std::ranges::find(samples, result.sample) == samples.end()) {
      samples.push_back(result.sample);
    }
  }
  for (const std::string_view sample : samples) {
    section.tables.push_back(coded_table(results, sample, language));
  }
  return section;
}

}  // namespace falconet

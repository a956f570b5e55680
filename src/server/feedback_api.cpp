// /api/feedback: what this server's users said and did, analysed. For researchers.
#include <algorithm>

#include "feedback/feedback_analysis.h"
#include "feedback/finding_text.h"
#include "feedback/issue_category.h"
#include "feedback/live_records.h"
#include "feedback/pii_redaction.h"
#include "feedback/report.h"
#include "feedback/study_records.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"
#include "store/probes.h"
#include "store/rating_reasons.h"

namespace falconet {
namespace {

// A page waits for it; the command line takes more.
constexpr int kResamples = 500;
constexpr int kUsualComments = 50;
constexpr int kMostComments = 500;

/// Of the study that the query names, or of everybody.
Result<FeedbackRecords> records_of(AppCall& call) {
  const auto study = query_value(call.request.query, "study");
  return call.app.store().read([&](Transaction& transaction) -> Result<FeedbackRecords> {
    if (study) return study_records(transaction, {*study});
    TRY_ASSIGN(FeedbackRecords records, live_records(transaction));
    TRY_ASSIGN(const auto experiments, list_experiments(transaction));
    name_arms(experiments, records.generations);
    return records;
  });
}

Result<ReportLanguage> language_of(const AppCall& call) {
  const std::string name = query_value(call.request.query, "language").value_or("en");
  if (name == "en") return ReportLanguage::English;
  if (name == "zh") return ReportLanguage::Chinese;
  return error(ErrorCode::InvalidArgument, "language: expected en or zh, found '",
               name.substr(0, 40), "'");
}

Result<FeedbackAnalysis> analyze(FeedbackRecords records) {
  const FeedbackFolder folder{.records = std::move(records)};
  AnalysisOptions options;
  options.resampling.num_resamples = kResamples;
  return analyze_feedback(folder, options);
}

Result<Json> settings_json(Transaction& transaction) {
  TRY_ASSIGN(const double probability, probe_probability(transaction));
  TRY_ASSIGN(const std::optional<RatingReasons> reasons, rating_reasons(transaction));
  return Json{{"probe_probability", probability},
              {"reasons", reasons ? rating_reasons_json(*reasons) : Json()}};
}

Status check_categories(const std::vector<RatingReason>& reasons) {
  for (const RatingReason& reason : reasons) {
    if (reason.category.empty() || issue_category_of(reason.category)) continue;
    return error(ErrorCode::InvalidArgument, "reasons: ", reason.id, " has the category '",
                 reason.category.substr(0, 40), "', which is none of docs/feedback-data.md");
  }
  return {};
}

struct FeedbackSettings {
  std::optional<double> probe_probability = {};
  bool changes_reasons = false;
  std::optional<RatingReasons> reasons = {};  // nothing: the page's own again
};

Result<FeedbackSettings> read_settings(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  FeedbackSettings settings;
  TRY(fields.read("probe_probability", settings.probe_probability));
  const Json* reasons = find_member(body, "reasons");
  if (reasons == nullptr) return settings;
  settings.changes_reasons = true;
  if (reasons->is_null()) return settings;
  TRY_ASSIGN(settings.reasons, rating_reasons_of(*reasons));
  TRY(check_categories(settings.reasons->good));
  TRY(check_categories(settings.reasons->bad));
  return settings;
}

Json comment_json(const StudyRating& rating) {
  return {{"message_id", rating.id},
          {"generation_id", rating.generation_id},
          {"scale", rating_scale_name(rating.scale)},
          {"value", rating.value ? Json(*rating.value) : Json()},
          {"reasons", rating.reasons},
          {"comment", redact_personal_data(rating.comment).text},
          {"trigger", rating_trigger_name(rating.trigger)},
          {"answered", rating.answered ? Json(*rating.answered) : Json()}};
}

}  // namespace

Result<HttpResponse> get_analysis(AppCall& call) {
  TRY_ASSIGN(const ReportLanguage language, language_of(call));
  TRY_ASSIGN(FeedbackRecords records, records_of(call));
  const Result<FeedbackAnalysis> analysis = analyze(std::move(records));
  if (!analysis) {
    if (analysis.error().code != ErrorCode::NotFound) return analysis.error();
    return app_response({{"analysis", nullptr}});  // nobody has asked anything yet
  }
  TRY_ASSIGN(Json body, parse_json(analysis_json(*analysis)));
  for (std::size_t i = 0; i < analysis->findings.size(); ++i) {
    body["findings"][i]["sentence"] = finding_text(analysis->findings[i], language);
  }
  return app_response({{"analysis", std::move(body)}});
}

Result<HttpResponse> get_report(AppCall& call) {
  TRY_ASSIGN(const ReportLanguage language, language_of(call));
  TRY_ASSIGN(FeedbackRecords records, records_of(call));
  TRY_ASSIGN(const FeedbackAnalysis analysis, analyze(std::move(records)));
  HttpResponse response{.content_type = "text/html; charset=utf-8",
                        .body = report_html(report_of(analysis, language))};
  // To be kept and read elsewhere: on this server it would be a page beside the page.
  response.headers = {{"Content-Disposition", "attachment; filename=\"feedback.html\""},
                      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
  return response;
}

Result<HttpResponse> get_comments(AppCall& call) {
  TRY_ASSIGN(const int limit,
             query_count(call.request.query, "limit", kUsualComments, kMostComments));
  TRY_ASSIGN(FeedbackRecords records, records_of(call));
  std::erase_if(records.ratings, [](const StudyRating& rating) {
    return rating.comment.empty() && rating.reasons.empty();
  });
  std::ranges::stable_sort(records.ratings, std::greater(),
                           [](const StudyRating& rating) { return rating.answered.value_or(0); });
  Json comments = Json::array();
  for (const StudyRating& rating : records.ratings) {
    if (comments.size() == static_cast<std::size_t>(limit)) break;
    comments.push_back(comment_json(rating));
  }
  return app_response({{"comments", std::move(comments)}});
}

Result<HttpResponse> get_feedback_settings(AppCall& call) {
  TRY_ASSIGN(const Json settings, call.app.store().read([](Transaction& transaction) {
    return settings_json(transaction);
  }));
  return app_response(settings);
}

Result<HttpResponse> patch_feedback_settings(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const FeedbackSettings wanted, read_settings(body));
  TRY_ASSIGN(const Json settings,
             call.app.store().write([&](Transaction& transaction) -> Result<Json> {
               if (wanted.probe_probability) {
                 TRY(set_probe_probability(transaction, *wanted.probe_probability));
               }
               if (wanted.changes_reasons) TRY(set_rating_reasons(transaction, wanted.reasons));
               TRY_ASSIGN(Json changed, settings_json(transaction));
               TRY(audit(transaction, call, "policy-changed", {}, changed));
               return changed;
             }));
  return app_response(settings);
}

}  // namespace falconet

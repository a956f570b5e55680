#include "server/analyst.h"

#include "base/log.h"
#include "feedback/arm_results.h"
#include "feedback/feedback_analysis.h"
#include "feedback/finding_text.h"
#include "feedback/live_records.h"
#include "feedback/study_records.h"

namespace falconet {
namespace {

using std::chrono::milliseconds;

// A page waits for it; the command line takes more.
constexpr int kResamples = 500;
// An analysis that takes long may have one core for one part in so many of the time; one that does
// not is made whenever somebody looks.
constexpr int kRestFactor = 10;
constexpr milliseconds kShort{1000};
// Scopes in mind; those without work are forgotten first, what was found stays in the store.
constexpr std::size_t kMostJobs = 200;
// Beyond so many answers nobody looks at them one by one: the rest is counted.
constexpr std::size_t kMostEvidence = 50;

std::string scope_name(const AnalysisScope& scope) {
  return to_text({{"study", scope.study}, {"filter", filter_json(scope.filter)}});
}

const char* language_name(ReportLanguage language) {
  return language == ReportLanguage::Chinese ? "zh" : "en";
}

struct ReadRecords {
  FeedbackRecords records = {};
  std::int64_t began = 0;
  std::string people = {};
};

Result<ReadRecords> read_records(Transaction& transaction, const std::string& study) {
  ReadRecords read{.began = transaction.now()};
  TRY_ASSIGN(read.people, people_in_data(transaction, read.began));
  if (study.empty()) {
    TRY_ASSIGN(read.records, live_records(transaction));
    TRY_ASSIGN(const auto experiments, list_experiments(transaction));
    name_arms(experiments, read.records.generations);
  } else {
    TRY_ASSIGN(read.records, study_records(transaction, {study}));
  }
  return read;
}

void shorten_evidence(Json& row) {
  const auto found = row.find("evidence");
  if (found == row.end() || !found->is_array()) return;
  const std::size_t count = found->size();
  if (count > kMostEvidence) {
    found->erase(found->begin() + static_cast<std::ptrdiff_t>(kMostEvidence), found->end());
  }
  row["evidence_count"] = count;  // moves the members: `found` is no more
}

/// As `falconet feedback analyze` prints it, with a sentence for each finding.
Result<Json> document_of(const FeedbackAnalysis& analysis, ReportLanguage language) {
  TRY_ASSIGN(Json body, parse_json(analysis_json(analysis)));
  for (const char* list : {"findings", "categories", "curves"}) {
    for (Json& row : body[list]) shorten_evidence(row);
  }
  shorten_evidence(body["structured"]);
  for (std::size_t i = 0; i < analysis.findings.size(); ++i) {
    body["findings"][i]["sentence"] = finding_text(analysis.findings[i], language);
  }
  return body;
}

Result<std::optional<FeedbackAnalysis>> analysis_of(FeedbackRecords records,
                                                    const RecordFilter& filter,
                                                    std::stop_token stop) {
  const FeedbackFolder folder{.records = filtered_records(std::move(records), filter)};
  AnalysisOptions options{.only = filter.provenance, .filter = filter, .stop = std::move(stop)};
  options.resampling.num_resamples = kResamples;
  Result<FeedbackAnalysis> analysis = analyze_feedback(folder, options);
  if (analysis) return std::optional(*std::move(analysis));
  if (analysis.error().code != ErrorCode::NotFound) return analysis.error();
  return std::optional<FeedbackAnalysis>();  // nobody has asked anything yet
}

}  // namespace

Analyst::Analyst(Store& store)
    : store_(store), thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

Analyst::~Analyst() {
  thread_.request_stop();
  changed_.notify_all();
}

Result<std::optional<AnalysisSnapshot>> Analyst::kept(const AnalysisScope& scope,
                                                      ReportLanguage language) {
  return store_.read([&](Transaction& transaction) -> Result<std::optional<AnalysisSnapshot>> {
    if (!scope.study.empty()) TRY(find_study(transaction, {scope.study}));
    return find_snapshot(transaction, scope_name(scope), language_name(language));
  });
}

Result<AnalysisAnswer> Analyst::ask(const AnalysisScope& scope, ReportLanguage language,
                                    const AnalysisWish& wish) {
  TRY_ASSIGN(auto earlier, kept(scope, language));
  const bool is_new = earlier && wish.read_after > 0 && earlier->began >= wish.read_after;
  if (wish.patience && is_new) return AnalysisAnswer{.snapshot = std::move(earlier)};
  TRY_ASSIGN(const bool is_refreshing, refresh(scope, earlier.has_value(), wish.patience));
  TRY_ASSIGN(auto snapshot, kept(scope, language));
  return AnalysisAnswer{.snapshot = std::move(snapshot), .is_refreshing = is_refreshing};
}

/// Whether work is left when the patience has ended.
Result<bool> Analyst::refresh(const AnalysisScope& scope, bool has_earlier,
                              std::optional<milliseconds> patience) {
  std::unique_lock lock(mutex_);
  forget_idle_jobs();
  Job& job = jobs_[scope_name(scope)];
  job.scope = scope;
  const bool is_resting = std::chrono::steady_clock::now() < job.rests_until;
  if (patience && has_earlier && is_resting) return job.is_waiting || job.is_running;
  const std::int64_t wanted = order(job, /*must_be_new=*/!patience);
  // Where it is known to take longer, what is there is shown without waiting.
  const bool is_hopeless = patience && has_earlier && job.took > *patience;
  const bool is_done = !is_hopeless && wait_for(lock, job, wanted, patience);
  if (is_done && job.error) return *job.error;
  if (!is_done && !patience) return error(ErrorCode::Unavailable, "the server is ending");
  return job.is_waiting || job.is_running;
}

bool Analyst::wait_for(std::unique_lock<std::mutex>& lock, Job& job, std::int64_t wanted,
                       std::optional<milliseconds> patience) {
  const std::stop_token stop = thread_.get_stop_token();
  const auto is_done = [&] { return job.num_finished >= wanted; };
  ++job.num_callers;
  if (patience) {
    changed_.wait_for(lock, stop, *patience, is_done);
  } else {
    changed_.wait(lock, stop, is_done);
  }
  --job.num_callers;
  return is_done();
}

/// The number of the run that will do.
std::int64_t Analyst::order(Job& job, bool must_be_new) {
  if (job.is_running && !must_be_new) return job.num_finished + 1;
  if (!job.is_waiting) {
    job.is_waiting = true;
    queue_.push_back(scope_name(job.scope));
    changed_.notify_all();
  }
  return job.num_finished + (job.is_running ? 2 : 1);
}

void Analyst::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    const std::string name = std::move(queue_.front());
    queue_.pop_front();
    work_on(name, lock, stop);
    if (stop.stop_requested()) break;
  }
}

void Analyst::work_on(const std::string& name, std::unique_lock<std::mutex>& lock,
                      std::stop_token stop) {
  Job& job = jobs_.at(name);
  job.is_waiting = false;
  job.is_running = true;
  const AnalysisScope scope = job.scope;
  lock.unlock();
  const Time begin = std::chrono::steady_clock::now();
  const Status analyzed = analyze(name, scope, std::move(stop));
  const Time end = std::chrono::steady_clock::now();
  lock.lock();
  job.is_running = false;
  ++job.num_finished;
  job.error = analyzed ? std::nullopt : std::optional(analyzed.error());
  job.took = std::chrono::duration_cast<milliseconds>(end - begin);
  if (job.took > kShort) job.rests_until = end + kRestFactor * job.took;
  changed_.notify_all();
}

Status Analyst::analyze(const std::string& name, const AnalysisScope& scope, std::stop_token stop) {
  const Time begin = std::chrono::steady_clock::now();
  TRY_ASSIGN(ReadRecords read, store_.read([&](Transaction& transaction) {
    return read_records(transaction, scope.study);
  }));
  const Json facets = facets_json(facets_of(read.records));
  TRY_ASSIGN(const auto analysis, analysis_of(std::move(read.records), scope.filter, stop));
  std::vector<AnalysisSnapshot> snapshots;
  for (const ReportLanguage language : {ReportLanguage::English, ReportLanguage::Chinese}) {
    AnalysisSnapshot snapshot{.scope = name,
                              .language = language_name(language),
                              .began = read.began,
                              .people = read.people};
    Json document = {{"analysis", nullptr}, {"facets", facets}};
    if (analysis) {
      TRY_ASSIGN(document["analysis"], document_of(*analysis, language));
      snapshot.report = report_html(report_of(*analysis, language));
    }
    snapshot.document = to_text(document);
    snapshots.push_back(std::move(snapshot));
  }
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  log_debug("an analysis took ", took.count(), " ms");
  return store_.write([&](Transaction& transaction) -> Status {
    for (AnalysisSnapshot& snapshot : snapshots) {
      snapshot.took_ms = took.count();
      TRY(save_snapshot(transaction, snapshot));
    }
    return {};
  });
}

void Analyst::forget_idle_jobs() {
  if (jobs_.size() < kMostJobs) return;
  std::erase_if(jobs_, [](const auto& entry) {
    const Job& job = entry.second;
    return !job.is_waiting && !job.is_running && job.num_callers == 0;
  });
}

}  // namespace falconet

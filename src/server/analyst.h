// Analyses what people said in the background, one analysis at a time, and keeps what came of it: a
// page shows the last one at once, with its age, while the next is made.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "feedback/record_filter.h"
#include "feedback/report.h"
#include "store/analysis_snapshots.h"

namespace falconet {

/// What is to be analysed.
struct AnalysisScope {
  std::string study = {};  // empty: everybody
  RecordFilter filter = {};
};

/// How new an analysis has to be.
struct AnalysisWish {
  /// Nothing: its data are to be read after the call, however long that takes. Otherwise what is
  /// there when the patience ends will do.
  std::optional<std::chrono::milliseconds> patience = {};
  std::int64_t read_after = 0;  // with patience: one of later data than this needs no newer one
};

struct AnalysisAnswer {
  std::optional<AnalysisSnapshot> snapshot = {};  // nothing: there is none yet
  bool is_refreshing = false;                     // a newer one is being made
};

/// Safe to use from any thread.
class Analyst {
 public:
  /// The store must outlive it.
  explicit Analyst(Store& store);
  /// Gives up what is being analysed, at the end of its step.
  ~Analyst();

  /// A scope whose analysis takes long is analysed again for the impatient only when it has been
  /// left alone for ten times as long. Errors: NotFound (the study), those of the store.
  Result<AnalysisAnswer> ask(const AnalysisScope& scope, ReportLanguage language,
                             const AnalysisWish& wish);

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Job {
    AnalysisScope scope = {};
    bool is_waiting = false;
    bool is_running = false;
    int num_callers = 0;  // who wait for it
    std::int64_t num_finished = 0;
    std::optional<Error> error = {};  // of the last
    Time rests_until = {};
    std::chrono::milliseconds took = {};
  };

  Result<std::optional<AnalysisSnapshot>> kept(const AnalysisScope& scope, ReportLanguage language);
  Result<bool> refresh(const AnalysisScope& scope, bool has_earlier,
                       std::optional<std::chrono::milliseconds> patience);
  bool wait_for(std::unique_lock<std::mutex>& lock, Job& job, std::int64_t wanted,
                std::optional<std::chrono::milliseconds> patience);
  std::int64_t order(Job& job, bool must_be_new);
  void run(std::stop_token stop);
  void work_on(const std::string& name, std::unique_lock<std::mutex>& lock, std::stop_token stop);
  Status analyze(const std::string& name, const AnalysisScope& scope, std::stop_token stop);
  void forget_idle_jobs();

  Store& store_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Job> jobs_;  // by the scope's name
  std::deque<std::string> queue_;
  std::jthread thread_;  // the last member: it uses all others
};

}  // namespace falconet

// Deletes what has become too old, now and then, as long as the server runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "store/retention.h"
#include "store/store.h"

namespace falconet {

/// Temporary chats, sessions, invitations and audit events whose time is over, what studies have
/// promised not to keep any longer, and, with `retention_days`, old records of answers. What was
/// deleted of people's feedback is logged and stands in the audit log, as counts.
Status delete_what_is_over(Transaction& transaction, std::optional<std::int64_t> retention_days);

/// One thread, which sleeps.
class RetentionJob {
 public:
  /// The store must outlive the job. The first look is after one interval: a server looks itself
  /// when it starts.
  RetentionJob(Store& store, std::optional<std::int64_t> retention_days,
               std::chrono::milliseconds interval);
  ~RetentionJob();
  RetentionJob(const RetentionJob&) = delete;
  RetentionJob& operator=(const RetentionJob&) = delete;

 private:
  void run();

  Store& store_;
  const std::optional<std::int64_t> retention_days_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace falconet

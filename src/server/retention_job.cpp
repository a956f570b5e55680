#include "server/retention_job.h"

#include "base/log.h"
#include "store/accounts.h"
#include "store/audit.h"
#include "store/conversations.h"
#include "store/invitations.h"
#include "store/sessions.h"

namespace falconet {
namespace {

Status report_deletion(Transaction& transaction, const RetentionCounts& counts) {
  if (counts.total() == 0) return {};
  const std::string text = retention_text(counts);
  log_info("deleted, since their time is over: ", text);
  return add_audit_event(transaction, {.action = "retention", .detail = {{"deleted", text}}});
}

}  // namespace

Status delete_what_is_over(Transaction& transaction, std::optional<std::int64_t> retention_days) {
  TRY(delete_expired_conversations(transaction));
  TRY(delete_expired_sessions(transaction));
  TRY(delete_expired_invitations(transaction));
  TRY(delete_old_audit_events(transaction));
  TRY_ASSIGN(const RetentionCounts of_studies, delete_over_studies(transaction));
  TRY(report_deletion(transaction, of_studies));
  if (!retention_days) return {};
  TRY_ASSIGN(const RetentionCounts old, delete_old_feedback(transaction, *retention_days));
  return report_deletion(transaction, old);
}

RetentionJob::RetentionJob(Store& store, std::optional<std::int64_t> retention_days,
                           std::chrono::milliseconds interval)
    : store_(store), retention_days_(retention_days), interval_(interval) {
  thread_ = std::thread([this] { run(); });
}

RetentionJob::~RetentionJob() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void RetentionJob::run() {
  std::unique_lock lock(mutex_);
  while (!wakes_.wait_for(lock, interval_, [this] { return is_stopping_; })) {
    lock.unlock();
    const Status done = store_.write([&](Transaction& transaction) {
      return delete_what_is_over(transaction, retention_days_);
    });
    if (!done) log_error("what is too old could not be deleted: ", done.error().message);
    lock.lock();
  }
}

}  // namespace falconet

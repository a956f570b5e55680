// The audit log: who did what to accounts and to the server's settings, and from where. Never what
// anybody said.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

// Long enough to look back over a study; a log that is never cut is a store of personal data.
constexpr std::int64_t kAuditMilliseconds = std::int64_t{365} * 24 * 60 * 60 * 1000;

struct NewAuditEvent {
  std::optional<UserId> actor = {};    // nothing: nobody who has logged in, or the command line
  std::string action = {};             // "log-in", "log-in-failed", "user-changed", …
  std::optional<UserId> subject = {};  // whom it was done to
  std::string address = {};
  Json detail = Json::object();
};

Status add_audit_event(Transaction& transaction, const NewAuditEvent& event);

struct AuditEvent {
  AuditEventId id = {};
  std::int64_t at = 0;
  std::optional<std::string> actor = {};  // a name; nothing if the account is gone, too
  std::string action = {};
  std::optional<std::string> subject = {};
  std::string address = {};
  Json detail = Json::object();
};

struct AuditPage {
  std::vector<AuditEvent> events = {};
  std::optional<std::string> next = {};
};

/// The newest first. `cursor` is the `next` of the page before, or empty.
Result<AuditPage> list_audit_events(Transaction& transaction, const std::string& cursor, int limit);

/// Those older than kAuditMilliseconds.
Status delete_old_audit_events(Transaction& transaction);

}  // namespace falconet

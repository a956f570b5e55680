// The only file that knows PostgreSQL's client library.
#include "store/postgres_database.h"

#include <libpq-fe.h>

#include <array>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "store/postgres_text.h"

namespace falconet {
namespace {

// As for SQLite: as many as the server has workers and threads of its own.
constexpr std::size_t kMaxIdleSessions = 4;

constexpr int kOldestVersion = 120000;  // 12: numbers come back in the shortest exact form

constexpr std::chrono::milliseconds kClaimPatience{5000};
constexpr std::chrono::milliseconds kClaimPause{50};

// OIDs of built-in types, which are part of PostgreSQL's protocol (pg_type.dat).
constexpr Oid kBool = 16;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;
constexpr Oid kInferred = 0;

// What a URL may say otherwise. A peer that vanished without a word is noticed within a minute.
constexpr std::array kDefaults = {std::pair{"fallback_application_name", "falconet"},
                                  std::pair{"connect_timeout", "10"},
                                  std::pair{"keepalives_idle", "30"},
                                  std::pair{"keepalives_interval", "10"},
                                  std::pair{"keepalives_count", "3"},
                                  std::pair{"tcp_user_timeout", "60000"}};

// The same at the other end, where a vanished writer would keep its lock. A commit is on the disk
// when it is acknowledged, whatever the server's configuration says; stricter settings stay.
constexpr const char* kPrepareSession =
    "SELECT set_config('tcp_keepalives_idle', '30', false), "
    "set_config('tcp_keepalives_interval', '10', false), "
    "set_config('tcp_keepalives_count', '3', false), "
    "set_config('idle_in_transaction_session_timeout', '300s', false), "
    "set_config('extra_float_digits', '1', false); "
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'";

constexpr const char* kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

// Advisory locks are numbers; the second one keeps Falconets in two schemas of a database apart.
// Since writers take turns, each statement sees what all earlier transactions left, and nobody
// changes it meanwhile: what SQLite grants.
constexpr const char* kBeginWrite =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '15s'; "
    "SELECT pg_advisory_xact_lock(1178684, hashtext(coalesce(current_schema(), '')))";
constexpr const char* kClaim =
    "SELECT pg_try_advisory_lock(1178685, hashtext(coalesce(current_schema(), '')))";

/// Codes of PostgreSQL's manual, appendix A: a class of two characters and three more.
ErrorCode code_of_sqlstate(std::string_view state) {
  const std::string_view group = state.substr(0, 2);
  if (state == "23505") return ErrorCode::AlreadyExists;                  // unique_violation
  if (group == "23" || group == "22") return ErrorCode::InvalidArgument;  // constraints, values
  if (state == "53300") return ErrorCode::Unavailable;                    // too_many_connections
  if (group == "53") return ErrorCode::Exhausted;                         // disk, memory
  if (group == "54") return ErrorCode::TooLarge;
  if (state == "25006" || state == "42501" || group == "28") return ErrorCode::PermissionDenied;
  if (group == "XX" && state != "XX000") return ErrorCode::Corrupt;
  // Connections, serialization and deadlocks, locks not got in time, the operator's intervention.
  if (group == "08" || group == "40" || group == "55" || group == "57") {
    return ErrorCode::Unavailable;
  }
  return ErrorCode::Io;
}

std::string first_line(const char* text) {
  const std::string_view whole = trim(text == nullptr ? "" : text);
  return std::string(trim(whole.substr(0, whole.find('\n'))));
}

struct SessionCloser {
  void operator()(PGconn* handle) const { PQfinish(handle); }
};
struct AnswerClearer {
  void operator()(PGresult* answer) const { PQclear(answer); }
};
using Answer = std::unique_ptr<PGresult, AnswerClearer>;

/// As libpq takes them: texts with their types.
struct TypedParameters {
  explicit TypedParameters(std::span<const SqlValue> parameters);

  std::vector<Oid> types;
  std::vector<std::string> texts;
  std::vector<const char*> values;  // null, or in `texts`
};

TypedParameters::TypedParameters(std::span<const SqlValue> parameters) {
  texts.reserve(parameters.size());  // so that they stay where they are
  for (const SqlValue& value : parameters) {
    Oid type = kInferred;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      type = kInt8;
      texts.push_back(cat(*integer));
    } else if (const auto* number = std::get_if<double>(&value)) {
      type = kFloat8;
      texts.push_back(cat(*number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      type = kText;
      texts.push_back(to_postgres_text(*text));
    }
    types.push_back(type);
    values.push_back(type == kInferred ? nullptr : texts.back().c_str());
  }
}

SqlValue value_in(const PGresult* answer, int row, int column) {
  if (PQgetisnull(answer, row, column) != 0) return std::monostate();
  const std::string_view text(PQgetvalue(answer, row, column),
                              static_cast<std::size_t>(PQgetlength(answer, row, column)));
  switch (PQftype(answer, column)) {
    case kBool: return std::int64_t{text == "t" ? 1 : 0};
    case kInt2:
    case kInt4:
    case kInt8: return parse_number<std::int64_t>(text).value_or(0);
    case kFloat4:
    case kFloat8:
    case kNumeric: return parse_number<double>(text).value_or(0);
    default: return from_postgres_text(text);
  }
}

SqlRows rows_in(const PGresult* answer) {
  SqlRows rows;
  const int num_rows = PQntuples(answer);
  const int num_columns = PQnfields(answer);
  rows.reserve(static_cast<std::size_t>(num_rows));
  for (int row = 0; row < num_rows; ++row) {
    std::vector<SqlValue> values;
    values.reserve(static_cast<std::size_t>(num_columns));
    for (int column = 0; column < num_columns; ++column) {
      values.push_back(value_in(answer, row, column));
    }
    rows.emplace_back(std::move(values));
  }
  return rows;
}

/// A connection. Used by one thread at a time.
class PostgresSession {
 public:
  static Result<std::unique_ptr<PostgresSession>> open(const PostgresUrl& url);

  Result<SqlRows> execute(std::string_view sql, std::span<const SqlValue> parameters);
  /// One or more statements without parameters.
  Status run(const char* statements);
  /// In a transaction that failed COMMIT succeeds too, and does the opposite.
  Status commit();
  /// Leaves no transaction open, or the connection lost.
  void roll_back();

  /// The session's until it ends.
  Status claim(const PostgresUrl& url, DatabaseClaim claim);

  bool is_lost() const { return PQstatus(handle_.get()) != CONNECTION_OK; }

 private:
  Status check_server() const;
  Error failure_of(const PGresult* answer, std::string_view during) const;

  std::unique_ptr<PGconn, SessionCloser> handle_;
};

Result<std::unique_ptr<PostgresSession>> PostgresSession::open(const PostgresUrl& url) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  for (const auto& [name, value] : kDefaults) add(name, value);
  add("dbname", url.whole.c_str());  // read as a URL, which replaces what stands before it
  add("client_encoding", "UTF8");
  add(nullptr, nullptr);
  auto session = std::make_unique<PostgresSession>();
  session->handle_.reset(PQconnectdbParams(names.data(), values.data(), /*expand_dbname=*/1));
  PGconn* handle = session->handle_.get();
  if (session->is_lost()) {
    return error(ErrorCode::Unavailable, url.shown, ": ",
                 handle == nullptr ? "out of memory" : first_line(PQerrorMessage(handle)));
  }
  PQsetNoticeProcessor(
      handle, [](void*, const char* message) { log_debug("database: ", first_line(message)); },
      nullptr);
  Status ready = session->check_server();
  if (ready) ready = session->run(kPrepareSession);
  if (!ready) return std::move(ready).error().within(url.shown);
  return session;
}

Status PostgresSession::check_server() const {
  const int version = PQserverVersion(handle_.get());
  if (version < kOldestVersion) {
    return error(ErrorCode::Unsupported, "expected PostgreSQL 12 or newer, found ",
                 version / 10000);
  }
  const char* encoding = PQparameterStatus(handle_.get(), "server_encoding");
  if (encoding != nullptr && std::string_view(encoding) == "UTF8") return {};
  return error(ErrorCode::Unsupported, "the database's encoding is ",
               encoding == nullptr ? "unknown" : encoding,
               "; make one with: createdb --encoding=UTF8 --template=template0 NAME");
}

Error PostgresSession::failure_of(const PGresult* answer, std::string_view during) const {
  const std::string where = cat(" (", during.substr(0, 60), ")");
  if (is_lost()) {
    return error(ErrorCode::Unavailable,
                 "database: the connection is lost: ", first_line(PQerrorMessage(handle_.get())),
                 where);
  }
  const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
  return error(state == nullptr ? ErrorCode::Io : code_of_sqlstate(state), "database: ",
               message == nullptr ? first_line(PQerrorMessage(handle_.get())) : message, where);
}

Result<SqlRows> PostgresSession::execute(std::string_view sql,
                                         std::span<const SqlValue> parameters) {
  const NumberedSql numbered = number_places(sql);
  CHECK(numbered.num_places == parameters.size(), numbered.num_places, " places, ",
        parameters.size(), " parameters: ", sql);
  const TypedParameters typed(parameters);
  const Answer answer(PQexecParams(handle_.get(), numbered.text.c_str(),
                                   static_cast<int>(parameters.size()), typed.types.data(),
                                   typed.values.data(), nullptr, nullptr, /*resultFormat=*/0));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    return failure_of(answer.get(), sql);
  }
  return rows_in(answer.get());
}

Status PostgresSession::run(const char* statements) {
  const Answer answer(PQexec(handle_.get(), statements));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return {};
  return failure_of(answer.get(), statements);
}

Status PostgresSession::commit() {
  const Answer answer(PQexec(handle_.get(), "COMMIT"));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return failure_of(answer.get(), "COMMIT");
  if (std::string_view(PQcmdStatus(answer.get())) == "COMMIT") return {};
  return error(ErrorCode::Io, "database: a statement of the transaction failed: nothing is kept");
}

void PostgresSession::roll_back() {
  if (is_lost() || PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) return;
  if (Status status = run("ROLLBACK"); !status) {
    log_error("rolling back failed: ", status.error().message);
  }
}

Status PostgresSession::claim(const PostgresUrl& url, DatabaseClaim claim) {
  if (claim == DatabaseClaim::None) return {};
  std::chrono::milliseconds left =
      claim == DatabaseClaim::Patiently ? kClaimPatience : std::chrono::milliseconds(0);
  for (;; left -= kClaimPause) {
    TRY_ASSIGN(const SqlRows rows, execute(kClaim, {}));
    if (!rows.empty() && rows.front().boolean(0)) return {};
    if (left <= std::chrono::milliseconds(0)) break;
    std::this_thread::sleep_for(kClaimPause);
  }
  return error(ErrorCode::AlreadyExists, "another Falconet uses the database ", url.shown,
               "; end it, or use another database");
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(PostgresUrl url, DatabaseClaim claim) : url_(std::move(url)), claim_(claim) {}

  SqlDialect dialect() const override { return SqlDialect::Postgres; }
  Result<std::unique_ptr<DatabaseTransaction>> begin(TransactionMode mode) override;

  /// The first connection, which shows whether the rest will work.
  Status open_writer() {
    TRY_ASSIGN(writer_, connect(TransactionMode::Write));
    return {};
  }

 private:
  class OpenTransaction;

  Result<std::unique_ptr<PostgresSession>> connect(TransactionMode mode) const;
  Result<std::unique_ptr<PostgresSession>> reconnect(TransactionMode mode) const;
  std::unique_ptr<PostgresSession> take_idle(TransactionMode mode);
  void give_back(TransactionMode mode, std::unique_ptr<PostgresSession> session);

  PostgresUrl url_;
  DatabaseClaim claim_;
  std::mutex writer_mutex_;                  // held as long as a transaction writes
  std::unique_ptr<PostgresSession> writer_;  // has the claim; null: lost
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<PostgresSession>> idle_readers_;
};

class PostgresDatabase::OpenTransaction final : public DatabaseTransaction {
 public:
  OpenTransaction(PostgresDatabase& database, TransactionMode mode,
                  std::unique_lock<std::mutex> lock, std::unique_ptr<PostgresSession> session)
      : lock_(std::move(lock)), database_(database), mode_(mode), session_(std::move(session)) {}
  ~OpenTransaction() override {
    session_->roll_back();
    database_.give_back(mode_, std::move(session_));
  }

  Result<SqlRows> execute(std::string_view sql, std::span<const SqlValue> parameters) override {
    return session_->execute(sql, parameters);
  }
  Status commit() override { return session_->commit(); }

 private:
  std::unique_lock<std::mutex> lock_;  // of the one writer; released after all else
  PostgresDatabase& database_;
  TransactionMode mode_;
  std::unique_ptr<PostgresSession> session_;
};

Result<std::unique_ptr<DatabaseTransaction>> PostgresDatabase::begin(TransactionMode mode) {
  std::unique_lock<std::mutex> lock(writer_mutex_, std::defer_lock);
  if (mode == TransactionMode::Write) lock.lock();
  const char* statements = mode == TransactionMode::Write ? kBeginWrite : kBeginRead;
  std::unique_ptr<PostgresSession> session = take_idle(mode);
  Status begun = session == nullptr ? Status() : session->run(statements);
  // A connection that was lost since its last transaction has not begun anything: another one may.
  while (session != nullptr && session->is_lost()) {
    session = take_idle(mode);
    if (session != nullptr) begun = session->run(statements);
  }
  if (session == nullptr) {
    TRY_ASSIGN(session, reconnect(mode));
    begun = session->run(statements);
  }
  auto transaction =
      std::make_unique<OpenTransaction>(*this, mode, std::move(lock), std::move(session));
  if (!begun) return std::move(begun).error();
  return std::unique_ptr<DatabaseTransaction>(std::move(transaction));
}

Result<std::unique_ptr<PostgresSession>> PostgresDatabase::connect(TransactionMode mode) const {
  TRY_ASSIGN(std::unique_ptr<PostgresSession> session, PostgresSession::open(url_));
  if (mode == TransactionMode::Write) TRY(session->claim(url_, claim_));
  return session;
}

Result<std::unique_ptr<PostgresSession>> PostgresDatabase::reconnect(TransactionMode mode) const {
  auto session = connect(mode);
  if (session || session.error().code != ErrorCode::AlreadyExists) return session;
  return error(ErrorCode::Unavailable, session.error().message);  // taken while we were away
}

std::unique_ptr<PostgresSession> PostgresDatabase::take_idle(TransactionMode mode) {
  if (mode == TransactionMode::Write) return std::move(writer_);
  const std::lock_guard lock(readers_mutex_);
  if (idle_readers_.empty()) return nullptr;
  auto reader = std::move(idle_readers_.back());
  idle_readers_.pop_back();
  return reader;
}

void PostgresDatabase::give_back(TransactionMode mode, std::unique_ptr<PostgresSession> session) {
  if (session->is_lost()) return;
  if (mode == TransactionMode::Write) {
    writer_ = std::move(session);
    return;
  }
  const std::lock_guard lock(readers_mutex_);
  if (idle_readers_.size() < kMaxIdleSessions) idle_readers_.push_back(std::move(session));
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres_database(const PostgresUrl& url,
                                                         DatabaseClaim claim) {
  auto database = std::make_unique<PostgresDatabase>(url, claim);
  TRY(database->open_writer());
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace falconet

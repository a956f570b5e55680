// The released migrations. Never edit one: add the next.
#include <array>

#include "store/migrations.h"
#include "store/schema_annotation.h"
#include "store/schema_comparisons.h"
#include "store/schema_endpoints.h"
#include "store/schema_feedback_pages.h"
#include "store/schema_identities.h"
#include "store/schema_interview_guides.h"
#include "store/schema_records.h"
#include "store/schema_studies.h"
#include "store/schema_totp.h"
#include "store/schema_trials.h"

namespace falconet {
namespace {

constexpr std::string_view kFirstSchema = R"sql(
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  created BIGINT NOT NULL);
CREATE TABLE sessions (
  token_digest TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE TABLE settings (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  document TEXT NOT NULL,
  changed BIGINT NOT NULL);
CREATE TABLE folders (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  parent_id TEXT REFERENCES folders (id) ON DELETE SET NULL,
  position DOUBLE PRECISION NOT NULL);
CREATE INDEX folders_of_user ON folders (user_id);
CREATE INDEX folders_of_parent ON folders (parent_id);
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  is_title_auto INTEGER NOT NULL,
  folder_id TEXT REFERENCES folders (id) ON DELETE SET NULL,
  model TEXT,
  parameters TEXT NOT NULL,
  leaf_id TEXT,
  is_pinned INTEGER NOT NULL,
  is_archived INTEGER NOT NULL,
  is_unread INTEGER NOT NULL,
  is_temporary INTEGER NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL);
CREATE INDEX conversations_by_change ON conversations (user_id, changed, id);
CREATE INDEX conversations_of_folder ON conversations (folder_id);
CREATE TABLE tags (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (conversation_id, name));
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  parent_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  reasoning TEXT NOT NULL,
  status TEXT NOT NULL,
  error TEXT,
  attachments TEXT NOT NULL,
  created BIGINT NOT NULL);
CREATE INDEX messages_of_conversation ON messages (conversation_id, id);
CREATE INDEX messages_of_parent ON messages (parent_id);
CREATE TABLE generations (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  last_event BIGINT NOT NULL,
  content_begin BIGINT NOT NULL,
  reasoning_begin BIGINT NOT NULL,
  created BIGINT NOT NULL,
  ended BIGINT,
  model TEXT NOT NULL,
  parameters TEXT NOT NULL,
  prompt_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  answer_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  context_max BIGINT NOT NULL,
  evicted_message_ids TEXT NOT NULL,
  turn BIGINT NOT NULL,
  queue_ms DOUBLE PRECISION NOT NULL,
  prefill_ms DOUBLE PRECISION NOT NULL,
  decode_ms DOUBLE PRECISION NOT NULL,
  finish_reason TEXT,
  seed BIGINT NOT NULL);
CREATE INDEX generations_of_message ON generations (message_id, id);
CREATE INDEX generations_of_conversation ON generations (conversation_id);
CREATE INDEX generations_by_state ON generations (state, user_id);
CREATE TABLE generation_texts (
  generation_id TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
  part BIGINT NOT NULL,
  reasoning TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (generation_id, part));
CREATE TABLE ratings (
  message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  value INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  comment TEXT NOT NULL,
  changed BIGINT NOT NULL);
CREATE TABLE prompts (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  changed BIGINT NOT NULL);
CREATE INDEX prompts_of_user ON prompts (user_id);
CREATE TABLE shares (
  token TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
  leaf_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  created BIGINT NOT NULL,
  expires BIGINT);
)sql";

// `tokens` is made by search_text.cpp, the same for every database: what an index of words must do
// with it is to cut at spaces. A conversation's title is the document without a message.
constexpr std::string_view kFirstSqlite = R"sql(
CREATE TABLE search_documents (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
  tokens TEXT NOT NULL,
  UNIQUE (conversation_id, message_id));
CREATE INDEX search_documents_of_message ON search_documents (message_id);
CREATE VIRTUAL TABLE search_index USING fts5 (
  tokens, content = 'search_documents', content_rowid = 'number', tokenize = 'ascii',
  prefix = '2 3');
CREATE TRIGGER search_document_added AFTER INSERT ON search_documents BEGIN INSERT INTO search_index (rowid, tokens) VALUES (new.number, new.tokens); END;
CREATE TRIGGER search_document_removed AFTER DELETE ON search_documents BEGIN INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', old.number, old.tokens); END;
)sql";

// A tsvector has room for one MiB; 200,000 characters fit, whatever they are. The few messages that
// are longer have an index of their own: search.cpp looks through them.
constexpr std::string_view kFirstPostgres = R"sql(
CREATE TABLE search_documents (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
  tokens TEXT NOT NULL,
  UNIQUE (conversation_id, message_id));
CREATE INDEX search_documents_of_message ON search_documents (message_id);
CREATE INDEX search_index ON search_documents USING GIN (to_tsvector('simple', left(tokens, 200000)));
CREATE INDEX search_long_documents ON search_documents (number) WHERE length(tokens) > 200000;
)sql";

// Accounts. The sessions table of the first step was never written to.
constexpr std::string_view kAccounts = R"sql(
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN password_hash TEXT;
ALTER TABLE users ADD COLUMN is_disabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN last_seen BIGINT;
UPDATE users SET name_key = lower(name);
CREATE UNIQUE INDEX users_by_name_key ON users (name_key);
DROP TABLE sessions;
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  token_digest TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  user_agent TEXT NOT NULL,
  created BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  expires BIGINT NOT NULL);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE TABLE group_members (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (user_id, name));
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  token_digest TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT);
CREATE INDEX invitations_of_user ON invitations (created_by);
CREATE TABLE policies (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL);
CREATE TABLE audit_events (
  id TEXT PRIMARY KEY,
  happened BIGINT NOT NULL,
  actor_id TEXT REFERENCES users (id) ON DELETE SET NULL,
  action TEXT NOT NULL,
  subject_id TEXT REFERENCES users (id) ON DELETE SET NULL,
  address TEXT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX audit_events_of_actor ON audit_events (actor_id);
CREATE INDEX audit_events_of_subject ON audit_events (subject_id);
)sql";

// Answers that people were asked about by chance, and what they did without being asked.
constexpr std::string_view kProbesAndSignals = R"sql(
CREATE TABLE probes (
  message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  probability DOUBLE PRECISION NOT NULL,
  drawn BIGINT NOT NULL,
  shown BIGINT,
  answered BIGINT);
CREATE INDEX probes_of_user ON probes (user_id);
CREATE TABLE signals (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  happened BIGINT NOT NULL,
  PRIMARY KEY (message_id, kind));
CREATE INDEX ratings_of_user ON ratings (user_id);
)sql";

// What a rating says beyond a thumb, reasons and a comment.
constexpr std::string_view kFullerRatings = R"sql(
ALTER TABLE ratings ADD COLUMN score INTEGER;
ALTER TABLE ratings ADD COLUMN marks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE ratings ADD COLUMN better TEXT NOT NULL DEFAULT '';
)sql";

// Two settings, each for half of the people; and what has been changed because of what they said.
constexpr std::string_view kExperiments = R"sql(
CREATE TABLE experiments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hypothesis TEXT NOT NULL,
  first_arm TEXT NOT NULL,
  second_arm TEXT NOT NULL,
  people_per_arm BIGINT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT);
ALTER TABLE generations ADD COLUMN arm TEXT NOT NULL DEFAULT '';
CREATE TABLE changes (
  id TEXT PRIMARY KEY,
  published BIGINT NOT NULL,
  text_en TEXT NOT NULL,
  text_zh TEXT NOT NULL);
)sql";

constexpr std::array kMigrations = {
    Migration{1, "first schema", kFirstSchema, kFirstSqlite, kFirstPostgres},
    Migration{2, "accounts", kAccounts},
    Migration{3, "probes and signals", kProbesAndSignals},
    Migration{4, "scores, marks and better answers", kFullerRatings},
    Migration{5, "experiments and changes", kExperiments},
    Migration{6, "endpoints", kEndpointsSchema},
    Migration{7, "studies", kStudiesSchema},
    Migration{8, "samples, annotation and interviews", kAnnotationSchema},
    Migration{9, "one-time codes", kTotpSchema},
    Migration{10, "identities", kIdentitiesSchema},
    Migration{11, "comparisons", kComparisonsSchema},
    Migration{12, "retention and structured answers", kRecordsSchema},
    Migration{13, "analyses that are kept", kFeedbackPagesSchema},
    Migration{14, "interviews in the chat", kInterviewGuidesSchema},
    Migration{15, "trials", kTrialsSchema},
};

}  // namespace

std::span<const Migration> released_migrations() { return kMigrations; }

}  // namespace falconet

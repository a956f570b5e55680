#include "store/samples.h"

#include <algorithm>

#include "base/strings.h"
#include "store/message_rows.h"
#include "store/study_consent.h"

namespace falconet {
namespace {

constexpr int kQuestionCharacters = 200;  // as live records read

constexpr const char* kSelectSamples =
    "SELECT s.id, s.title, s.design, s.seed, s.num_eligible, s.coders_per_item, s.has_categories, "
    "s.created, (SELECT count(*) FROM sample_items i WHERE i.sample_id = s.id), "
    "(SELECT count(*) FROM codings c JOIN sample_items i ON i.id = c.item_id "
    "WHERE i.sample_id = s.id AND c.place IS NOT NULL AND c.submitted IS NOT NULL) FROM samples s ";

constexpr const char* kSelectItems =
    "SELECT i.id, i.sample_id, i.generation_id, i.user_id, i.stratum, i.probability, "
    "(SELECT count(*) FROM codings c WHERE c.item_id = i.id AND c.place IS NOT NULL AND "
    "c.submitted IS NOT NULL) FROM sample_items i ";

SampleItem sample_item_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .sample = {row.text(1)},
          .generation = {row.text(2)},
          .user = {row.text(3)},
          .stratum = row.text(4),
          .probability = row.number(5),
          .num_codings = row.integer(6)};
}

Result<Sample> sample_of(Transaction& transaction, const SqlRow& row) {
  TRY_ASSIGN(Json design, parse_json(row.text(2)));
  Sample sample{.id = {row.text(0)},
                .title = row.text(1),
                .design = std::move(design),
                .seed = row.integer(3),
                .num_eligible = row.integer(4),
                .coders_per_item = row.integer(5),
                .has_categories = row.boolean(6),
                .created = row.integer(7),
                .num_items = row.integer(8),
                .num_codings = row.integer(9)};
  TRY_ASSIGN(const SqlRows rubrics,
             transaction.execute("SELECT name, version FROM sample_rubrics WHERE sample_id = ? "
                                 "ORDER BY position",
                                 sample.id));
  for (const SqlRow& rubric : rubrics) {
    sample.rubrics.push_back({rubric.text(0), rubric.integer(1)});
  }
  return sample;
}

Error no_sample(const SampleId& id) {
  return error(ErrorCode::NotFound, "there is no sample ", id.value.substr(0, 40));
}

Error no_item(const SampleItemId& id) {
  return error(ErrorCode::NotFound, "there is no item ", id.value.substr(0, 40), " to look at");
}

Status check_new_sample(Transaction& transaction, const NewSample& fields) {
  if (trim(fields.title).empty() || fields.title.size() > kMaxSampleTitleBytes) {
    return error(ErrorCode::InvalidArgument, "title: expected 1 to ", kMaxSampleTitleBytes,
                 " bytes, found ", fields.title.size());
  }
  if (fields.coders_per_item < 1 || fields.coders_per_item > kMaxCodersPerItem) {
    return error(ErrorCode::InvalidArgument, "coders_per_item: expected 1 to ", kMaxCodersPerItem,
                 ", found ", fields.coders_per_item);
  }
  if (fields.items.empty()) {
    return error(ErrorCode::InvalidArgument, "a sample needs at least one answer");
  }
  for (const NewSampleItem& item : fields.items) {
    if (item.probability > 0 && item.probability <= 1) continue;
    return error(ErrorCode::InvalidArgument, "probability: expected above 0 and at most 1, found ",
                 item.probability);
  }
  TRY_ASSIGN(const SqlRows count, transaction.execute("SELECT count(*) FROM samples"));
  if (count.front().integer(0) < kMaxSamples) return {};
  return error(ErrorCode::Exhausted, "there are ", kMaxSamples,
               " samples already; delete some first");
}

Status add_rubrics(Transaction& transaction, const SampleId& id,
                   const std::vector<RubricVersion>& rubrics) {
  for (std::size_t i = 0; i < rubrics.size(); ++i) {
    TRY_ASSIGN(const SqlRows found,
               transaction.execute("SELECT name FROM rubrics WHERE name = ? AND version = ?",
                                   rubrics[i].name, rubrics[i].version));
    if (found.empty()) {
      return error(ErrorCode::NotFound, "there is no version ", rubrics[i].version, " of rubric ",
                   rubrics[i].name);
    }
    TRY(
        transaction.execute("INSERT INTO sample_rubrics (sample_id, position, name, version) "
                            "VALUES (?, ?, ?, ?)",
                            id, static_cast<std::int64_t>(i), rubrics[i].name, rubrics[i].version));
  }
  return {};
}

SpanMessage span_message_of(const SqlRow& row) {
  SpanMessage message{.role = row.text(1), .content = row.text(2), .reasoning = row.text(3)};
  const Json attachments = parse_json(row.text(4)).value_or(Json::array());
  for (const Json& attachment : attachments) {
    message.attachments.push_back({string_member(attachment, "name").value_or(""),
                                   string_member(attachment, "text").value_or("")});
  }
  return message;
}

}  // namespace

Result<std::vector<SampleCandidate>> sample_candidates(Transaction& transaction, std::int64_t from,
                                                       std::int64_t until) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          cat("SELECT g.id, g.message_id, g.user_id, g.created, (SELECT min(t.name) FROM "
              "group_members t WHERE t.user_id = g.user_id), g.model, g.turn, g.state, "
              "g.finish_reason, r.value, substr(q.content, 1, ",
              kQuestionCharacters,
              ") FROM generations g JOIN conversations c ON c.id = g.conversation_id "
              "JOIN messages m ON m.id = g.message_id JOIN messages q ON q.id = m.parent_id "
              "LEFT JOIN ratings r ON r.message_id = g.message_id "
              "WHERE c.is_temporary = 0 AND g.state IN ('done', 'stopped') AND g.created >= ? AND "
              "g.created < ? AND NOT EXISTS (SELECT 1 FROM generations n WHERE n.message_id = "
              "g.message_id AND n.id > g.id) ORDER BY g.id"),
          from, until));
  std::vector<SampleCandidate> candidates;
  for (const SqlRow& row : rows) {
    SampleCandidate candidate{.generation = {row.text(0)},
                              .message = {row.text(1)},
                              .user = {row.text(2)},
                              .created = row.integer(3),
                              .segment = row.text(4),
                              .model = row.text(5),
                              .turn = std::max<std::int64_t>(1, row.integer(6)),
                              .is_stopped = row.text(7) == "stopped",
                              .finish_reason = row.text(8),
                              .question_begin = row.text(10)};
    if (row.optional_integer(9)) candidate.rating = static_cast<int>(row.integer(9));
    if (consenting.contains(candidate.user)) candidates.push_back(std::move(candidate));
  }
  return candidates;
}

Result<Sample> create_sample(Transaction& transaction, const NewSample& fields) {
  TRY(check_new_sample(transaction, fields));
  const SampleId id{transaction.new_id()};
  TRY(transaction.execute(
      "INSERT INTO samples (id, title, design, seed, num_eligible, "
      "coders_per_item, has_categories, created) VALUES (?, ?, ?, ?, ?, ?, ?, "
      "?)",
      id, trim(fields.title), to_text(fields.design), fields.seed, fields.num_eligible,
      fields.coders_per_item, fields.has_categories, transaction.now()));
  TRY(add_rubrics(transaction, id, fields.rubrics));
  for (const NewSampleItem& item : fields.items) {
    TRY(
        transaction.execute("INSERT INTO sample_items (id, sample_id, generation_id, message_id, "
                            "user_id, stratum, probability) VALUES (?, ?, ?, ?, ?, ?, ?)",
                            transaction.new_id(), id, item.generation, item.message, item.user,
                            item.stratum, item.probability));
  }
  return find_sample(transaction, id);
}

Result<std::vector<Sample>> list_samples(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectSamples, "ORDER BY s.id DESC")));
  std::vector<Sample> samples;
  for (const SqlRow& row : rows) {
    TRY_ASSIGN(Sample sample, sample_of(transaction, row));
    samples.push_back(std::move(sample));
  }
  return samples;
}

Result<Sample> find_sample(Transaction& transaction, const SampleId& id) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectSamples, "WHERE s.id = ?"), id));
  if (rows.empty()) return no_sample(id);
  return sample_of(transaction, rows.front());
}

Status delete_sample(Transaction& transaction, const SampleId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute("DELETE FROM samples WHERE id = ? RETURNING id", id));
  if (deleted.empty()) return no_sample(id);
  return {};
}

Result<std::vector<SampleItem>> items_of_sample(Transaction& transaction, const SampleId& id) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectItems, "WHERE i.sample_id = ? ORDER BY i.id"), id));
  std::vector<SampleItem> items;
  for (const SqlRow& row : rows) {
    SampleItem item = sample_item_of(row);
    if (consenting.contains(item.user)) items.push_back(std::move(item));
  }
  return items;
}

Result<SampleItem> find_sample_item(Transaction& transaction, const SampleItemId& id) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectItems, "WHERE i.id = ?"), id));
  if (rows.empty()) return no_item(id);
  return sample_item_of(rows.front());
}

Result<std::vector<SpanMessage>> span_of_item(Transaction& transaction, const SampleItem& item) {
  TRY_ASSIGN(const std::set<UserId> consenting, people_who_consent(transaction));
  if (!consenting.contains(item.user)) return no_item(item.id);
  TRY_ASSIGN(const SqlRows drawn,
             transaction.execute("SELECT i.message_id FROM sample_items i JOIN messages m ON "
                                 "m.id = i.message_id JOIN conversations c ON "
                                 "c.id = m.conversation_id WHERE i.id = ? AND c.is_temporary = 0",
                                 item.id));
  if (drawn.empty()) return no_item(item.id);
  std::optional<std::string> next = drawn.front().text(0);
  std::vector<SpanMessage> messages;
  while (next && messages.size() < kMessagesBeforeQuestion + 2) {
    TRY_ASSIGN(const SqlRows rows,
               transaction.execute("SELECT parent_id, role, content, reasoning, attachments "
                                   "FROM messages WHERE id = ?",
                                   *next));
    if (rows.empty()) break;
    next = rows.front().optional_text(0);
    messages.push_back(span_message_of(rows.front()));
  }
  std::ranges::reverse(messages);
  return messages;
}

}  // namespace falconet

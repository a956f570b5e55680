#include "store/search.h"

#include <algorithm>

#include "store/conversation_rows.h"
#include "store/folders.h"

namespace falconet {
namespace {

/// FTS5: a phrase for each term; the last word of a phrase may go on where a star follows.
std::string sqlite_match(const std::vector<SearchTerm>& terms) {
  std::string match;
  for (const SearchTerm& term : terms) {
    if (!match.empty()) match += ' ';
    match += '"';
    if (term.units.size() == 1) match += term.units.front();
    for (std::size_t i = 0; i + 1 < term.units.size(); ++i) {
      match += cat(i > 0 ? " " : "", term.units[i], term.units[i + 1]);
    }
    match += term.is_word ? "\"*" : "\"";
  }
  return match;
}

/// For to_tsquery: what must occur anywhere. Units hold neither quotation marks nor backslashes.
std::string postgres_match(const std::vector<SearchTerm>& terms) {
  std::string match;
  const auto demand = [&](std::string_view token, std::string_view suffix = "") {
    match += cat(match.empty() ? "'" : " & '", token, "'", suffix);
  };
  for (const SearchTerm& term : terms) {
    if (term.units.size() == 1) demand(term.units.front(), term.is_word ? ":*" : "");
    for (std::size_t i = 0; i + 1 < term.units.size(); ++i) {
      demand(cat(term.units[i], term.units[i + 1]));
    }
  }
  return match;
}

/// A term as it stands among tokens with a space at both ends.
std::string tokens_of(const SearchTerm& term) {
  std::string tokens = cat(" ", term.units.size() == 1 ? term.units.front() : "");
  for (std::size_t i = 0; i + 1 < term.units.size(); ++i) {
    tokens += cat(i > 0 ? " " : "", term.units[i], term.units[i + 1]);
  }
  return term.is_word ? tokens : cat(tokens, " ");
}

/// FROM … WHERE with its parameters, put together piece by piece.
struct Conditions {
  std::string where = "WHERE c.user_id = ? AND c.is_temporary = 0 ";
  std::vector<SqlValue> values = {};

  template <class T>
  void demand(std::string_view condition, const T& value) {
    where += condition;
    values.push_back(sql_value(value));
  }
  template <class T>
  void demand(std::string_view condition, const std::optional<T>& value) {
    if (value) demand(condition, *value);
  }
};

/// Folders of this name, whatever its capitals; their ids.
Status demand_folder(Transaction& transaction, const UserId& user, const std::string& name,
                     Conditions& conditions) {
  TRY_ASSIGN(const std::vector<Folder> folders, folders_of(transaction, user));
  std::string places;
  for (const Folder& folder : folders) {
    if (search_tokens(folder.name) != search_tokens(name)) continue;
    places += places.empty() ? "?" : ", ?";
    conditions.values.push_back(sql_value(folder.id));
  }
  conditions.where += places.empty() ? "AND 1 = 0 " : cat("AND c.folder_id IN (", places, ") ");
  return {};
}

/// What a page is looked for in: documents, which `d` stands for, or conversations alone.
struct SearchSource {
  std::string with = {};              // before SELECT…
  std::vector<SqlValue> values = {};  // …and its parameters
  std::string from = "FROM conversations c LEFT JOIN messages m ON 1 = 0 ";
  std::string number = "c.changed";  // by which hits are ordered
};

SearchSource documents_in(std::string_view table) {
  return {.from = cat("FROM ", table,
                      " d JOIN conversations c ON c.id = d.conversation_id "
                      "LEFT JOIN messages m ON m.id = d.message_id "),
          .number = "d.number"};
}

/// PostgreSQL's index says where the words may be: it knows only the beginning of long messages,
/// and loses count of places after 16,383. Whether they are there, the tokens themselves say.
void demand_tokens(const std::vector<SearchTerm>& terms, std::string& where,
                   std::vector<SqlValue>& values) {
  for (const SearchTerm& term : terms) {
    where += "AND strpos(' ' || tokens || ' ', ?) > 0 ";
    values.push_back(sql_value(tokens_of(term)));
  }
}

/// Asked in one, PostgreSQL walks from the newest document back, and past all of them for a word
/// that is nowhere. Here the index answers first, on its own.
SearchSource documents_in_postgres_index(const std::vector<SearchTerm>& terms) {
  SearchSource source = documents_in("found");
  constexpr std::string_view kSelect =
      "SELECT number, conversation_id, message_id FROM search_documents WHERE ";
  source.with = cat("WITH found AS MATERIALIZED (", kSelect,
                    "to_tsvector('simple', left(tokens, 200000)) @@ to_tsquery('simple', ?) ");
  source.values.push_back(sql_value(postgres_match(terms)));
  demand_tokens(terms, source.with, source.values);
  // Those that the index knows the beginning of. As an array they are taken to be few, which they
  // are.
  source.with += cat("UNION ", kSelect,
                     "number = ANY (ARRAY(SELECT number FROM search_documents "
                     "WHERE length(tokens) > 200000)) ");
  demand_tokens(terms, source.with, source.values);
  source.with += ") ";
  return source;
}

Result<Conditions> conditions_of(Transaction& transaction, const UserId& user,
                                 const SearchQuery& query) {
  Conditions conditions;
  conditions.values.push_back(sql_value(user));
  for (const std::string& tag : query.tags) {
    conditions.demand("AND c.id IN (SELECT conversation_id FROM tags WHERE name = ?) ", tag);
  }
  conditions.demand("AND c.is_pinned = ? ", query.is_pinned);
  conditions.demand("AND c.is_archived = ? ", query.is_archived);
  conditions.demand("AND coalesce(m.created, c.changed) < ? ", query.before);
  conditions.demand("AND coalesce(m.created, c.changed) >= ? ", query.since);
  if (query.folder) TRY(demand_folder(transaction, user, *query.folder, conditions));
  if (query.has_words && transaction.dialect() == SqlDialect::Sqlite) {
    conditions.demand(
        "AND d.number IN (SELECT rowid FROM search_index WHERE search_index MATCH ?) ",
        sqlite_match(query.terms));
  }
  return conditions;
}

/// Where a page begins: nothing for the first.
struct PageStart {
  std::int64_t number = 0;
  std::string conversation = {};
};

Result<std::optional<PageStart>> page_start(const std::string& cursor) {
  if (cursor.empty()) return std::optional<PageStart>();
  const std::size_t dot = cursor.find('.');
  const auto number = parse_number<std::int64_t>(std::string_view(cursor).substr(0, dot));
  if (number && dot != std::string::npos) {
    return std::optional(PageStart{*number, cursor.substr(dot + 1)});
  }
  return error(ErrorCode::InvalidArgument, "before: '", cursor.substr(0, 60),
               "' is not the next of a page");
}

/// What one page is made of: rows of number, conversation, message, title, content, and one more
/// than the page holds if there is a next one.
Result<SqlRows> find_rows(Transaction& transaction, const SearchSource& source,
                          Conditions conditions, const std::optional<PageStart>& start, int limit) {
  const std::string& number = source.number;
  if (start) {
    conditions.demand(cat("AND (", number, " < ? "), start->number);
    conditions.demand(cat("OR (", number, " = ? "), start->number);
    conditions.demand("AND c.id < ?)) ", start->conversation);
  }
  std::vector<SqlValue> values = source.values;
  values.insert(values.end(), conditions.values.begin(), conditions.values.end());
  values.push_back(std::int64_t{limit} + 1);
  return transaction.execute_with(
      cat(source.with, "SELECT ", number, ", c.id, m.id, c.title, m.content ", source.from,
          conditions.where, "ORDER BY ", number, " DESC, c.id DESC LIMIT ?"),
      values);
}

// Documents that are looked through before the index is asked: they fill a page with frequent
// words.
constexpr std::int64_t kNewestDocuments = 2000;
// Documents with a word that the index may gather, each of which it has to fetch: 40 times what it
// takes to pass one on a walk, which for words beyond this meets enough soon (210,000 documents).
constexpr std::int64_t kRareDocuments = 500;

Result<bool> is_rare(Transaction& transaction, const std::vector<SearchTerm>& terms) {
  TRY_ASSIGN(
      const SqlRows counted,
      transaction.execute(
          "SELECT count(*) FROM (SELECT 1 FROM search_documents WHERE "
          "to_tsvector('simple', left(tokens, 200000)) @@ to_tsquery('simple', ?) LIMIT ?) x",
          postgres_match(terms), kRareDocuments));
  return counted.front().integer(0) < kRareDocuments;
}

/// The documents are walked from the newest back, or gathered by the index, whichever is less.
Result<SqlRows> find_words_in_postgres(Transaction& transaction, const SearchQuery& query,
                                       const Conditions& conditions,
                                       const std::optional<PageStart>& start, int limit) {
  TRY_ASSIGN(const SqlRows newest, transaction.execute("SELECT max(number) FROM search_documents"));
  const std::int64_t end = start ? start->number : newest.front().integer(0);
  Conditions walk = conditions;
  demand_tokens(query.terms, walk.where, walk.values);
  Conditions recent = walk;
  recent.demand("AND d.number > ? ", end - kNewestDocuments);
  const SearchSource documents = documents_in("search_documents");
  TRY_ASSIGN(SqlRows rows, find_rows(transaction, documents, std::move(recent), start, limit));
  if (rows.size() > static_cast<std::size_t>(limit)) return rows;
  TRY_ASSIGN(const bool may_gather, is_rare(transaction, query.terms));
  if (!may_gather) return find_rows(transaction, documents, std::move(walk), start, limit);
  return find_rows(transaction, documents_in_postgres_index(query.terms), conditions, start, limit);
}

Result<SqlRows> find_page(Transaction& transaction, const UserId& user, const SearchQuery& query,
                          const std::string& cursor, int limit) {
  TRY_ASSIGN(const std::optional<PageStart> start, page_start(cursor));
  TRY_ASSIGN(Conditions conditions, conditions_of(transaction, user, query));
  if (!query.has_words) {
    return find_rows(transaction, SearchSource(), std::move(conditions), start, limit);
  }
  if (transaction.dialect() == SqlDialect::Postgres) {
    return find_words_in_postgres(transaction, query, conditions, start, limit);
  }
  return find_rows(transaction, documents_in("search_documents"), std::move(conditions), start,
                   limit);
}

/// Those of the rows, in any order.
Result<std::vector<Conversation>> conversations_of(Transaction& transaction, const SqlRows& rows) {
  std::vector<Conversation> conversations;
  if (rows.empty()) return conversations;
  std::string places;
  std::vector<SqlValue> ids;
  for (const SqlRow& row : rows) {
    places += places.empty() ? "?" : ", ?";
    ids.push_back(row.text(1));
  }
  TRY_ASSIGN(
      const SqlRows found,
      transaction.execute_with(cat(kSelectConversations, "WHERE c.id IN (", places, ")"), ids));
  for (const SqlRow& one : found) conversations.push_back(conversation_of(one));
  TRY(add_tags(transaction, conversations));
  return conversations;
}

}  // namespace

Result<SearchPage> search(Transaction& transaction, const UserId& user, const SearchQuery& query,
                          const std::string& cursor, int limit) {
  SearchPage page;
  if (query.has_words && query.terms.empty()) return page;
  TRY_ASSIGN(SqlRows rows, find_page(transaction, user, query, cursor, limit));
  if (rows.size() > static_cast<std::size_t>(limit)) {
    rows.pop_back();
    page.next = cat(rows.back().integer(0), ".", rows.back().text(1));
  }
  TRY_ASSIGN(const std::vector<Conversation> conversations, conversations_of(transaction, rows));
  for (const SqlRow& row : rows) {
    const auto found =
        std::find_if(conversations.begin(), conversations.end(),
                     [&](const Conversation& c) { return c.id.value == row.text(1); });
    if (found == conversations.end()) continue;
    SearchHit hit{.conversation = *found};
    if (auto message = row.optional_text(2)) hit.message_id = MessageId{*std::move(message)};
    hit.snippet = make_snippet(hit.message_id ? row.text(4) : row.text(3), query.terms);
    page.hits.push_back(std::move(hit));
  }
  return page;
}

}  // namespace falconet

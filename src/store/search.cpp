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

/// PostgreSQL's index says where the words may be: it knows only the beginning of long messages,
/// and loses count of places after 16,383. Whether they are there, the tokens themselves say.
void demand_words(SqlDialect dialect, const std::vector<SearchTerm>& terms,
                  Conditions& conditions) {
  if (dialect == SqlDialect::Sqlite) {
    conditions.demand(
        "AND d.number IN (SELECT rowid FROM search_index WHERE search_index MATCH ?) ",
        sqlite_match(terms));
    return;
  }
  conditions.demand(
      "AND (to_tsvector('simple', left(d.tokens, 200000)) @@ to_tsquery('simple', ?) "
      "OR length(d.tokens) > 200000) ",
      postgres_match(terms));
  for (const SearchTerm& term : terms) {
    conditions.demand("AND strpos(' ' || d.tokens || ' ', ?) > 0 ", tokens_of(term));
  }
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
  if (query.has_words) demand_words(transaction.dialect(), query.terms, conditions);
  return conditions;
}

/// What one page is made of: rows of number, conversation, message, title, content.
Result<SqlRows> find_rows(Transaction& transaction, const SearchQuery& query, Conditions conditions,
                          const std::string& cursor, int limit) {
  // Without words, conversations are listed; with them, the documents that have the words.
  const std::string_view number = query.has_words ? "d.number" : "c.changed";
  const std::string_view from =
      query.has_words ? "FROM search_documents d JOIN conversations c ON c.id = d.conversation_id "
                        "LEFT JOIN messages m ON m.id = d.message_id "
                      : "FROM conversations c LEFT JOIN messages m ON 1 = 0 ";
  if (!cursor.empty()) {
    const std::size_t dot = cursor.find('.');
    const auto before = parse_number<std::int64_t>(std::string_view(cursor).substr(0, dot));
    if (!before || dot == std::string::npos) {
      return error(ErrorCode::InvalidArgument, "before: '", cursor.substr(0, 60),
                   "' is not the next of a page");
    }
    conditions.demand(cat("AND (", number, " < ? "), *before);
    conditions.demand(cat("OR (", number, " = ? "), *before);
    conditions.demand("AND c.id < ?)) ", cursor.substr(dot + 1));
  }
  // One more than the page holds tells whether there is a next one.
  conditions.values.push_back(std::int64_t{limit} + 1);
  return transaction.execute_with(
      cat("SELECT ", number, ", c.id, m.id, c.title, m.content ", from, conditions.where,
          "ORDER BY ", number, " DESC, c.id DESC LIMIT ?"),
      conditions.values);
}

Result<std::vector<Conversation>> conversations_of(Transaction& transaction, const SqlRows& rows) {
  std::vector<Conversation> conversations;
  for (const SqlRow& row : rows) {
    const std::string id = row.text(1);
    const auto is_same = [&](const Conversation& c) { return c.id.value == id; };
    if (std::any_of(conversations.begin(), conversations.end(), is_same)) continue;
    TRY_ASSIGN(const SqlRows found,
               transaction.execute(cat(kSelectConversations, "WHERE c.id = ?"), id));
    for (const SqlRow& one : found) conversations.push_back(conversation_of(one));
  }
  TRY(add_tags(transaction, conversations));
  return conversations;
}

}  // namespace

Result<SearchPage> search(Transaction& transaction, const UserId& user, const SearchQuery& query,
                          const std::string& cursor, int limit) {
  SearchPage page;
  if (query.has_words && query.terms.empty()) return page;
  TRY_ASSIGN(Conditions conditions, conditions_of(transaction, user, query));
  TRY_ASSIGN(SqlRows rows, find_rows(transaction, query, std::move(conditions), cursor, limit));
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

#include "store/rubrics.h"

#include <algorithm>

namespace falconet {
namespace {

Result<std::vector<SavedRubric>> read_rubrics(const SqlRows& rows) {
  std::vector<SavedRubric> rubrics;
  for (const SqlRow& row : rows) {
    TRY_ASSIGN(Json document, parse_json(row.text(2)));
    rubrics.push_back({{row.text(0), row.integer(1)}, std::move(document)});
  }
  return rubrics;
}

Status check_rubric_name(const std::string& name) {
  const bool is_plain = std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  if (is_plain && !name.empty() && name.size() <= kMaxRubricNameBytes) return {};
  return error(ErrorCode::InvalidArgument, "name: expected 1 to ", kMaxRubricNameBytes,
               " of a–z, 0–9 and _, found '", name.substr(0, 80), "'");
}

}  // namespace

Result<std::vector<SavedRubric>> list_rubrics(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute("SELECT name, version, document FROM rubrics "
                                                     "ORDER BY name, version DESC"));
  return read_rubrics(rows);
}

Result<SavedRubric> save_rubric(Transaction& transaction, const std::string& name,
                                const Json& document) {
  TRY(check_rubric_name(name));
  TRY_ASSIGN(const SqlRows count, transaction.execute("SELECT count(*) FROM rubrics"));
  if (count.front().integer(0) >= kMaxRubrics) {
    return error(ErrorCode::Exhausted, "there are ", kMaxRubrics, " rubrics and versions already");
  }
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT name, version, document FROM rubrics WHERE name = ? "
                                 "ORDER BY version DESC LIMIT 1",
                                 name));
  TRY_ASSIGN(std::vector<SavedRubric> newest, read_rubrics(rows));
  if (!newest.empty() && newest.front().document == document) return std::move(newest.front());
  SavedRubric rubric{{name, newest.empty() ? 1 : newest.front().id.version + 1}, document};
  TRY(
      transaction.execute("INSERT INTO rubrics (name, version, document, created) "
                          "VALUES (?, ?, ?, ?)",
                          name, rubric.id.version, to_text(document), transaction.now()));
  return rubric;
}

}  // namespace falconet

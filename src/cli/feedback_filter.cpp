#include "cli/feedback_filter.h"

#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace falconet {
namespace {

/// The day's first moment; nothing for a date that no calendar has.
std::optional<UnixMillis> day_of(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '-');
  if (text.size() != 10 || parts.size() != 3 || parts[0].size() != 4 || parts[1].size() != 2) {
    return std::nullopt;
  }
  const auto year = parse_number<int>(parts[0]);
  const auto month = parse_number<unsigned>(parts[1]);
  const auto day = parse_number<unsigned>(parts[2]);
  if (!year || !month || !day) return std::nullopt;
  const auto date = std::chrono::year(*year) / std::chrono::month(*month) / std::chrono::day(*day);
  if (!date.ok()) return std::nullopt;
  const std::chrono::milliseconds since_1970 = std::chrono::sys_days(date).time_since_epoch();
  return since_1970.count();
}

Result<std::optional<UnixMillis>> date_flag(std::string_view flag, const std::string& text) {
  if (text.empty()) return std::optional<UnixMillis>();
  if (const auto day = day_of(text)) return day;
  return error(ErrorCode::InvalidArgument, flag, " must be a date as 2026-01-31, found ", text);
}

std::string names_of(const std::map<std::string, std::int64_t>& counts) {
  std::vector<std::string> names;
  for (const auto& [name, count] : counts) {
    names.push_back(cat(name.empty() ? "(none)" : name, " (", count, ")"));
  }
  return join(names, ", ");
}

}  // namespace

void declare_filter(CommandLine& command, FilterFlags& flags) {
  command.option("--from", flags.from, "Only answers from this day on (UTC)").type_name("DATE");
  command.option("--until", flags.until, "Only answers before this day (UTC)").type_name("DATE");
  command.option("--model", flags.model, "Only answers of this model").type_name("NAME");
  command
      .option("--prompt-language", flags.prompt_language,
              "Only answers to questions in this language")
      .type_name("CODE");
  command.option("--segment", flags.segment, "Only people of this group").type_name("NAME");
  command
      .option("--provenance", flags.provenance,
              "Only live, imported, replayed or simulated observations")
      .type_name("ORIGIN");
}

Result<RecordFilter> filter_of(const FilterFlags& flags) {
  RecordFilter filter{
      .model = flags.model, .language = flags.prompt_language, .segment = flags.segment};
  TRY_ASSIGN(filter.from, date_flag("--from", flags.from));
  TRY_ASSIGN(filter.until, date_flag("--until", flags.until));
  if (flags.provenance.empty()) return filter;
  filter.provenance = provenance_of(flags.provenance);
  if (filter.provenance) return filter;
  return error(ErrorCode::InvalidArgument,
               "--provenance must be live, imported, replayed or simulated, found ",
               flags.provenance);
}

Result<FeedbackRecords> part_of(FeedbackRecords records, const RecordFilter& filter) {
  const RecordFacets facets = facets_of(records);
  const bool is_whole = !filter.chooses_answers() && filter.segment.empty();
  const bool had_answers = !records.generations.empty();
  FeedbackRecords part = filtered_records(std::move(records), filter);
  if (is_whole || !had_answers || !part.generations.empty()) return part;
  return error(ErrorCode::NotFound, "no answer is left of ", to_text(filter_json(filter)),
               ". There are the models ", names_of(facets.models), "; the languages ",
               names_of(facets.languages), "; the segments ", names_of(facets.segments));
}

}  // namespace falconet

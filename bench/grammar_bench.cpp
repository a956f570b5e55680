// Compiles schemas, reads their instances and times the masks on the way.
//
// grammar_bench check FILES… runs every schema of jsonschemabench-like files (one JSON object a
// line: schema, tests: [{valid, data}]) as a recognizer and prints what was wrongly accepted,
// wrongly rejected and refused.
// grammar_bench masks TOKENIZER_JSON FILES… feeds each valid instance token by token and times the
// compilation with the first mask, and every mask. CPU time of this thread.
// grammar_bench walk TOKENIZER_JSON FILES… writes random documents under each schema.
#include <time.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/file.h"
#include "base/random.h"
#include "base/strings.h"
#include "grammar/instance_check.h"
#include "grammar/matcher.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 28;

double cpu_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

struct Numbers {
  std::vector<double> values;
  void print(const char* name) {
    if (values.empty()) return;
    std::sort(values.begin(), values.end());
    double sum = 0;
    for (const double value : values) sum += value;
    const auto at = [&](double share) {
      return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    std::printf("%-22s n=%zu mean %.1f p50 %.1f p95 %.1f p99 %.1f p99.9 %.1f max %.1f us\n", name,
                values.size(), sum / static_cast<double>(values.size()), at(0.5), at(0.95),
                at(0.99), at(0.999), values.back());
  }
};

Result<std::vector<Json>> rows_of(const std::string& path) {
  TRY_ASSIGN(const std::string file, read_file(path, kMaxFileBytes));
  std::vector<Json> rows;
  if (path.ends_with(".json")) {  // the test suite: a list of groups
    TRY_ASSIGN(const Json groups, parse_json(file));
    return std::vector<Json>(groups.begin(), groups.end());
  }
  for (const std::string_view line : split(file, '\n')) {
    if (trim(line).empty()) continue;
    TRY_ASSIGN(Json row, parse_json(line));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// The last part of a refusal's pointer and its reason, to be counted.
std::string reason_of(const std::string& message) {
  const std::size_t colon = message.find(": ");
  if (colon == std::string::npos || !message.starts_with('/')) return message.substr(0, 90);
  const std::string pointer = message.substr(0, colon);
  return pointer.substr(pointer.rfind('/') + 1) + message.substr(colon, 90);
}

class Check {
 public:
  void row(const Json& row) {
    ++num_schemas_;
    const double start = cpu_microseconds();
    const auto grammar = Grammar::from_json_schema(row["schema"], {}, nullptr);
    times_.values.push_back(cpu_microseconds() - start);
    const std::string name = row.value("id", row.value("description", std::string()));
    if (times_.values.back() > 20'000)
      std::printf("slow: %s %.0f us\n", name.c_str(), times_.values.back());
    if (!grammar) {
      ++reasons_[reason_of(grammar.error().message)];
      std::printf("refused: %s: %s\n", name.c_str(), grammar.error().message.c_str());
      return;
    }
    ++num_compiled_;
    for (const Json& test : row["tests"]) {
      const Status status = check_instance(*grammar, test["data"]);
      const bool is_valid = test["valid"].get<bool>();
      ++(is_valid ? num_valid_ : num_invalid_);
      if (status.has_value() == is_valid) continue;
      ++(is_valid ? num_rejected_ : num_accepted_);
      std::printf("%s: %s: %s: %s %s\n", is_valid ? "WRONGLY REJECTED" : "WRONGLY ACCEPTED",
                  name.c_str(), test.value("description", std::string()).c_str(),
                  status ? "" : status.error().message.c_str(),
                  to_text(test["data"]).substr(0, 200).c_str());
    }
  }

  void print() {
    std::vector<std::pair<int, std::string>> sorted;
    for (const auto& [reason, count] : reasons_) sorted.emplace_back(count, reason);
    std::sort(sorted.rbegin(), sorted.rend());
    for (const auto& [count, reason] : sorted) std::printf("%5d  %s\n", count, reason.c_str());
    std::printf("compiled %d of %d (%.2f %%)\n", num_compiled_, num_schemas_,
                100.0 * num_compiled_ / num_schemas_);
    std::printf("wrongly accepted %d of %d, wrongly rejected %d of %d\n", num_accepted_,
                num_invalid_, num_rejected_, num_valid_);
    times_.print("compile");
  }

 private:
  int num_schemas_ = 0;
  int num_compiled_ = 0;
  int num_valid_ = 0;
  int num_invalid_ = 0;
  int num_accepted_ = 0;
  int num_rejected_ = 0;
  std::map<std::string, int> reasons_;
  Numbers times_;
};

Status check(int argc, char** argv) {
  Check check;
  for (int i = 2; i < argc; ++i) {
    TRY_ASSIGN(const std::vector<Json> rows, rows_of(argv[i]));
    for (const Json& row : rows) check.row(row);
  }
  check.print();
  return {};
}

/// Times every mask on the way through the instances that a schema describes.
class Masks {
 public:
  Masks(const Tokenizer& tokenizer, Grammar::Vocabulary vocabulary)
      : tokenizer_(tokenizer),
        vocabulary_(std::move(vocabulary)),
        bits_((vocabulary_->size() + 63) / 64) {}

  void row(const Json& row) {
    const double start = cpu_microseconds();
    const auto grammar = Grammar::from_json_schema(row["schema"], {}, vocabulary_);
    if (!grammar) return;
    GrammarMatcher(*grammar).fill_mask(bits_);
    first_.values.push_back(cpu_microseconds() - start);
    for (const Json& test : row["tests"]) {
      if (!test["valid"].get<bool>()) continue;
      const auto text = written_instance(*grammar, test["data"]);
      if (text) instance(*grammar, *text);
    }
  }

  void print() {
    first_.print("compile + first mask");
    masks_.print("mask");
    accepts_.print("accept");
    std::printf("%zu tokens forced of %zu\n", num_forced_, masks_.values.size());
  }

 private:
  void instance(const Grammar::Pointer& grammar, const std::string& text) {
    GrammarMatcher matcher(grammar);
    for (const TokenId token : tokenizer_.encode(text, {AddSpecial::No})) {
      double start = cpu_microseconds();
      matcher.fill_mask(bits_);
      masks_.values.push_back(cpu_microseconds() - start);
      if (is_verbose_ && masks_.values.back() > kSlowMicroseconds) {
        const std::string& so_far = matcher.text();
        std::printf(
            "slow: %.0f us after %s\n", masks_.values.back(),
            so_far.substr(so_far.size() - std::min<std::size_t>(so_far.size(), 60)).c_str());
      }
      std::size_t num_allowed = 0;
      for (const std::uint64_t word : bits_)
        num_allowed += static_cast<std::size_t>(std::popcount(word));
      num_forced_ += num_allowed == 1;
      const auto id = static_cast<std::size_t>(token.value);
      const bool is_allowed = (bits_[id / 64] >> (id % 64)) & 1;
      start = cpu_microseconds();
      const bool is_accepted = matcher.accept(token);
      accepts_.values.push_back(cpu_microseconds() - start);
      if (is_allowed && is_accepted) continue;
      std::printf("DISAGREES: mask %d accept %d in %s\n", is_allowed, is_accepted, text.c_str());
      return;
    }
  }

  static constexpr double kSlowMicroseconds = 400;

  const bool is_verbose_ = std::getenv("GRAMMAR_BENCH_VERBOSE") != nullptr;
  const Tokenizer& tokenizer_;
  Grammar::Vocabulary vocabulary_;
  std::vector<std::uint64_t> bits_;
  Numbers first_;
  Numbers masks_;
  Numbers accepts_;
  std::size_t num_forced_ = 0;
};

constexpr int kWalks = 5;

/// So many tokens at random under the mask, then the shortest completion.
std::string random_document(const Grammar::Pointer& grammar, std::span<std::uint64_t> bits,
                            Random& random, int num_free_tokens) {
  GrammarMatcher matcher(grammar);
  for (int n = 0; n < num_free_tokens && !matcher.is_complete(); ++n) {
    matcher.fill_mask(bits);
    std::vector<std::int32_t> allowed;
    for (std::size_t word = 0; word < bits.size(); ++word) {
      for (std::uint64_t left = bits[word]; left != 0; left &= left - 1) {
        allowed.push_back(static_cast<std::int32_t>(64 * word) + std::countr_zero(left));
      }
    }
    if (allowed.empty()) return "STUCK after " + matcher.text();
    if (!matcher.accept(TokenId{allowed[random.below(allowed.size())]})) {
      return "REFUSED after " + matcher.text();
    }
  }
  if (matcher.is_complete()) return matcher.text();
  return matcher.text() + matcher.shortest_completion();
}

Status masks(int argc, char** argv) {
  TRY_ASSIGN(const std::string file, read_file(argv[2], kMaxFileBytes));
  TRY_ASSIGN(const Tokenizer tokenizer, Tokenizer::from_huggingface(file, Json()));
  const double start = cpu_microseconds();
  const auto vocabulary = std::make_shared<const TokenVocabulary>(tokenizer);
  std::printf("vocabulary of %zu tokens arranged in %.0f ms\n", vocabulary->size(),
              1e-3 * (cpu_microseconds() - start));
  Masks masks(tokenizer, vocabulary);
  for (int i = 3; i < argc; ++i) {
    TRY_ASSIGN(const std::vector<Json> rows, rows_of(argv[i]));
    for (const Json& row : rows) masks.row(row);
  }
  masks.print();
  return {};
}

/// Random walks under the masks, as JSON lines for scripts/validate_documents.py.
Status walk(int argc, char** argv) {
  TRY_ASSIGN(const std::string file, read_file(argv[2], kMaxFileBytes));
  TRY_ASSIGN(const Tokenizer tokenizer, Tokenizer::from_huggingface(file, Json()));
  const auto vocabulary = std::make_shared<const TokenVocabulary>(tokenizer);
  std::vector<std::uint64_t> bits((vocabulary->size() + 63) / 64);
  Random random(1);
  for (int i = 3; i < argc; ++i) {
    TRY_ASSIGN(const std::vector<Json> rows, rows_of(argv[i]));
    for (const Json& row : rows) {
      const SchemaOptions style{random.below(2) == 0 ? WhitespaceStyle::Compact
                                                     : WhitespaceStyle::Flexible};
      const auto grammar = Grammar::from_json_schema(row["schema"], style, vocabulary);
      for (int n = 0; grammar && n < kWalks; ++n) {
        const Json line = {{"schema", row["schema"]},
                           {"document", random_document(*grammar, bits, random, 12 * n)}};
        std::printf("%s\n", to_text(line).c_str());
      }
    }
  }
  return {};
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) {
  using falconet::Status;
  const std::string mode = argc > 2 ? argv[1] : "";
  Status status =
      falconet::error(falconet::ErrorCode::InvalidArgument,
                      "usage: grammar_bench check FILES… | masks|walk TOKENIZER FILES…");
  if (mode == "check") status = falconet::check(argc, argv);
  if (mode == "walk" && argc > 3) status = falconet::walk(argc, argv);
  if (mode == "masks" && argc > 3) status = falconet::masks(argc, argv);
  if (status) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}

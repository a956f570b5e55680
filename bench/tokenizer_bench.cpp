// Encodes and decodes files when told to and prints how long it took; tokenizer_bench.py drives it.
//
// tokenizer_bench TOKENIZER_JSON reads "encode PATH" and "decode PATH" lines from standard input
// and answers each with one line: CPU seconds, number of ids, a hash of the ids (encode) or of the
// text (decode). The first line it prints is the CPU seconds that loading took.
#include <time.h>

#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "base/file.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 28;

/// CPU time of this thread: other programs on the machine do not count.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// FNV-1a, 64 bits.
class Hash {
 public:
  void add(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001B3u; }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325u;
};

class Bench {
 public:
  explicit Bench(Tokenizer tokenizer) : tokenizer_(std::move(tokenizer)) {}

  void encode(const std::string& path) {
    const std::string& text = text_of(path);
    const double start = cpu_seconds();
    const auto ids = tokenizer_.encode(text, {AddSpecial::No});
    const double seconds = cpu_seconds() - start;
    Hash hash;
    for (const TokenId id : ids) hash.add(static_cast<std::uint64_t>(id.value));
    answer(seconds, ids.size(), hash);
  }

  void decode(const std::string& path) {
    const auto ids = tokenizer_.encode(text_of(path), {AddSpecial::No});
    const double start = cpu_seconds();
    const std::string text = tokenizer_.decode(ids);
    const double seconds = cpu_seconds() - start;
    Hash hash;
    for (const char byte : text) hash.add(static_cast<unsigned char>(byte));
    answer(seconds, ids.size(), hash);
  }

 private:
  const std::string& text_of(const std::string& path) {
    auto found = texts_.find(path);
    if (found == texts_.end()) {
      auto text = read_file(path, kMaxFileBytes);
      if (!text) std::fprintf(stderr, "%s\n", text.error().message.c_str());
      found = texts_.emplace(path, std::move(text).value_or("")).first;
    }
    return found->second;
  }

  static void answer(double seconds, std::size_t num_ids, const Hash& hash) {
    std::printf("%.9f %zu %llu\n", seconds, num_ids, static_cast<unsigned long long>(hash.value()));
    std::fflush(stdout);
  }

  Tokenizer tokenizer_;
  std::map<std::string, std::string> texts_;
};

Status run(const std::string& path) {
  TRY_ASSIGN(const std::string file, read_file(path, kMaxFileBytes));
  const double start = cpu_seconds();
  TRY_ASSIGN(Tokenizer tokenizer, Tokenizer::from_huggingface(file, Json()));
  std::printf("%.9f\n", cpu_seconds() - start);
  std::fflush(stdout);
  Bench bench(std::move(tokenizer));
  std::string command;
  std::string argument;
  while (std::cin >> command && std::getline(std::cin >> std::ws, argument)) {
    command == "decode" ? bench.decode(argument) : bench.encode(argument);
  }
  return {};
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: tokenizer_bench TOKENIZER_JSON\n");
    return 2;
  }
  const auto status = falconet::run(argv[1]);
  if (status) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}

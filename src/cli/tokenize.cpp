// `falconet tokenize`: text to token ids and back, for checking against other tokenizers.
#include <memory>

#include "cli/command_line.h"
#include "cli/json_lines.h"
#include "cli/tokenizer_file.h"

namespace falconet {
namespace {

struct TokenizeOptions {
  std::string tokenizer;
  bool adds_special = false;
  bool decodes = false;
  bool skips_special = false;
};

Result<std::string> encode_line(const Tokenizer& tokenizer, EncodeOptions options,
                                const Json& line) {
  const auto text = string_member(line, "text");
  if (!text) return error(ErrorCode::InvalidArgument, "expected {\"text\": string}");
  Json ids = Json::array();
  for (const TokenId id : tokenizer.encode(*text, options)) ids.push_back(id.value);
  return to_text({{"ids", std::move(ids)}});
}

Result<std::string> decode_line(const Tokenizer& tokenizer, SkipSpecial skip, const Json& line) {
  TRY_ASSIGN(const std::vector<TokenId> ids, ids_of_line(line));
  return to_text({{"text", tokenizer.decode(ids, skip)}});
}

int run_tokenize(const TokenizeOptions& options, const Streams& io) {
  const Result<Tokenizer> tokenizer = load_tokenizer(options.tokenizer);
  if (!tokenizer) return report(tokenizer.error(), io);
  if (options.decodes) {
    const auto skip = options.skips_special ? SkipSpecial::Yes : SkipSpecial::No;
    return answer_json_lines(io,
                             [&](const Json& line) { return decode_line(*tokenizer, skip, line); });
  }
  const EncodeOptions encoding = {.add_special =
                                      options.adds_special ? AddSpecial::Yes : AddSpecial::No};
  return answer_json_lines(
      io, [&](const Json& line) { return encode_line(*tokenizer, encoding, line); });
}

}  // namespace

void add_tokenize_command(CommandParser& parser) {
  auto options = std::make_shared<TokenizeOptions>();
  CommandLine& command = parser.add(
      "tokenize", "Check", "Turn text into token ids and back: JSON lines in, JSON lines out");
  command
      .option("--tokenizer", options->tokenizer,
              "tokenizer.json, a folder that holds one, or a GGUF file")
      .required()
      .type_name("PATH");
  const DeclaredOption special = command.flag(
      "--special", options->adds_special, "Add the tokens that the model expects around a text");
  const DeclaredOption decode =
      command.flag("--decode", options->decodes, R"({"ids":[…]} in, {"text":…} out)");
  special.excludes(decode);
  command.flag("--skip-special", options->skips_special, "Leave special tokens out of the text")
      .needs(decode);
  command.footer(
      "Example:\n"
      "  echo '{\"text\":\"Hello\"}' | falconet tokenize --tokenizer model.gguf\n"
      "  {\"ids\":[9707]}\n"
      "A line that cannot be answered gives {\"error\":…}, and the exit code is 1.");
  command.runs([options](const Streams& io) { return run_tokenize(*options, io); });
}

}  // namespace falconet

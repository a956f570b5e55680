// `falconet schema`: what structured output makes of a JSON Schema, for checking against other
// validators.
#include <chrono>
#include <memory>

#include "base/file.h"
#include "base/strings.h"
#include "cli/command_line.h"
#include "cli/json_lines.h"
#include "grammar/instance_check.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 28;

struct SchemaCommandOptions {
  std::string schema;
  bool validates = false;
  std::string compile_only;
};

Result<Grammar::Pointer> compile(const Json& schema) {
  return Grammar::from_json_schema(schema, {}, nullptr);
}

Json compiled_answer(const Json& schema) {
  const auto start = std::chrono::steady_clock::now();
  const auto grammar = compile(schema);
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  Json answer = {{"compiled", grammar.has_value()}, {"milliseconds", time.count()}};
  if (grammar) {
    answer["states"] = (*grammar)->num_states();
    answer["expressions"] = (*grammar)->num_expressions();
  } else {
    answer["code"] = error_code_name(grammar.error().code);
    answer["error"] = grammar.error().message;
  }
  return answer;
}

int run_compile_only(const std::string& path, const Streams& io) {
  const auto file = read_file(path, kMaxFileBytes);
  if (!file) return report(file.error(), io);
  for (const std::string_view line : split(*file, '\n')) {
    if (trim(line).empty()) continue;
    const auto schema = parse_json(line);
    const Json answer = schema ? compiled_answer(*schema)
                               : Json{{"compiled", false}, {"error", schema.error().message}};
    io.out << to_text(answer) << '\n';
  }
  return kExitSuccess;
}

int run_validate(const Grammar::Pointer& grammar, const Streams& io) {
  return answer_json_lines(io, [&](const Json& instance) -> Result<std::string> {
    const Status status = check_instance(grammar, instance);
    if (status) return to_text({{"valid", true}});
    return to_text({{"valid", false}, {"error", status.error().message}});
  });
}

int run_schema(const SchemaCommandOptions& options, const Streams& io) {
  if (!options.compile_only.empty()) return run_compile_only(options.compile_only, io);
  const auto file = read_file(options.schema, kMaxFileBytes);
  if (!file) return report(file.error(), io);
  const auto schema = parse_json(*file);
  if (!schema) return report(Error(schema.error()).within(options.schema), io);
  if (!options.validates) {
    const Json answer = compiled_answer(*schema);
    io.out << to_text(answer) << '\n';
    return answer["compiled"] == true ? kExitSuccess : kExitFailure;
  }
  const auto grammar = compile(*schema);
  if (!grammar) return report(grammar.error(), io);
  return run_validate(*grammar, io);
}

}  // namespace

void add_schema_command(CommandParser& parser) {
  auto options = std::make_shared<SchemaCommandOptions>();
  CommandLine& command =
      parser.add("schema", "Check", "Compile JSON Schemas and check instances with the result");
  const DeclaredOption schema =
      command.option("--schema", options->schema, "A file with one schema").type_name("FILE");
  command
      .flag("--validate", options->validates,
            R"(JSON lines of instances in, {"valid":…,"error":…} out)")
      .needs(schema);
  const DeclaredOption compile_only =
      command
          .option("--compile-only", options->compile_only,
                  "A file of schemas, one a line: time, states, or why one is refused")
          .type_name("FILE");
  schema.excludes(compile_only);
  command.requires_options(1, 2);
  command.footer(
      "Example:\n"
      "  echo '{\"a\":1}' | falconet schema --schema schema.json --validate\n"
      "  {\"valid\":true}");
  command.runs([options](const Streams& io) { return run_schema(*options, io); });
}

}  // namespace falconet

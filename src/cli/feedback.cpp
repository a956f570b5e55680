// `falconet feedback`: studies as folders of JSONL files, analysed and simulated without a server.
#include <memory>
#include <ostream>

#include "base/file.h"
#include "base/json.h"
#include "cli/command_line.h"
#include "cli/feedback_export.h"
#include "cli/feedback_filter.h"
#include "cli/feedback_import.h"
#include "cli/feedback_judge.h"
#include "cli/feedback_try.h"
#include "cli/new_file.h"
#include "feedback/feedback_analysis.h"
#include "feedback/report.h"
#include "feedback/simulation.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxSpecBytes = 1u << 20;

struct SimulateCommand {
  std::string spec;
  std::string output;
  std::string truth;
  std::size_t seed = 1;
  bool json = false;
};

/// What every command that analyses takes.
struct AnalysisFlags {
  std::string folder;
  std::string language = "en";
  FilterFlags filter;
  std::size_t seed = 1;
  int num_resamples = 2000;
};

struct ReportCommand {
  AnalysisFlags analysis;
  std::string output;
  int least_people = static_cast<int>(kLeastShownPeople);
  bool force = false;
};

struct AnalyzeCommand {
  AnalysisFlags analysis;
  bool json = false;
};

Result<SimulationSpec> spec_of(const SimulateCommand& command) {
  if (command.spec.empty()) return SimulationSpec();
  TRY_ASSIGN(const std::string text, read_file(command.spec, kMaxSpecBytes));
  Result<SimulationSpec> spec = parse_simulation_spec(text);
  if (!spec) return std::move(spec).error().within(command.spec);
  return spec;
}

/// Beside the folder unless another place was named: an analysis must not see it.
std::filesystem::path truth_path(const SimulateCommand& command) {
  if (!command.truth.empty()) return command.truth;
  std::string folder = command.output;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder + ".truth.json";
}

Status simulate(const SimulateCommand& command, const Streams& io) {
  TRY_ASSIGN(const SimulationSpec spec, spec_of(command));
  const std::filesystem::path truth = truth_path(command);
  TRY(check_new_file(truth, Overwrite::No));
  TRY_ASSIGN(const SimulatedStudy study, simulate_study(spec, command.seed));
  TRY(write_feedback_folder(study.records, command.output));
  TRY(write_text_file(truth, truth_json(spec, command.seed, study.truth)));
  const FeedbackRecords& records = study.records;
  if (command.json) {
    io.out << to_text({{"output", command.output},
                       {"truth", truth.string()},
                       {"seed", command.seed},
                       {"participants", records.participants.size()},
                       {"generations", records.generations.size()},
                       {"ratings", records.ratings.size()}})
           << '\n';
    return {};
  }
  io.out << command.output << ": " << records.participants.size() << " people invited, "
         << records.generations.size() << " answers, " << records.ratings.size()
         << " ratings, all simulated\n"
         << truth.string() << ": what was planted\n";
  return {};
}

Result<ReportLanguage> language_of(const std::string& name) {
  if (name == "en") return ReportLanguage::English;
  if (name == "zh") return ReportLanguage::Chinese;
  return error(ErrorCode::InvalidArgument, "--language must be en or zh, found ", name);
}

Result<AnalysisOptions> options_of(const AnalysisFlags& flags) {
  AnalysisOptions options;
  options.resampling.num_resamples = flags.num_resamples;
  options.resampling.seed = flags.seed;
  TRY_ASSIGN(options.filter, filter_of(flags.filter));
  options.only = options.filter.provenance;
  return options;
}

void name_bad_lines(const FeedbackFolder& folder, const Streams& io) {
  for (const BadLine& line : folder.bad_lines) {
    io.err << line.file << ':' << line.number << ": " << line.message << "; left out\n";
  }
  const auto named = static_cast<std::int64_t>(folder.bad_lines.size());
  if (folder.num_bad_lines > named) {
    io.err << "and " << folder.num_bad_lines - named << " more lines were left out\n";
  }
}

Result<FeedbackAnalysis> analysis_of(const AnalysisFlags& flags, const Streams& io) {
  TRY_ASSIGN(const AnalysisOptions options, options_of(flags));
  TRY_ASSIGN(FeedbackFolder folder, read_feedback_folder(flags.folder));
  name_bad_lines(folder, io);
  TRY_ASSIGN(folder.records, part_of(std::move(folder.records), options.filter));
  return analyze_feedback(folder, options);
}

Status analyze(const AnalyzeCommand& command, const Streams& io) {
  TRY_ASSIGN(const ReportLanguage language, language_of(command.analysis.language));
  TRY_ASSIGN(const FeedbackAnalysis analysis, analysis_of(command.analysis, io));
  io.out << (command.json ? analysis_json(analysis) + "\n" : analysis_text(analysis, language));
  return {};
}

void declare_analysis(CommandLine& command, AnalysisFlags& flags) {
  command.option("--data", flags.folder, "A folder as docs/feedback-data.md describes it")
      .type_name("FOLDER")
      .required();
  command.option("--language", flags.language, "Of the text: en or zh").shows_default();
  declare_filter(command, flags.filter);
  command.option("--resamples", flags.num_resamples, "Of each bootstrap and permutation test")
      .shows_default()
      .between(100, 100'000);
  command.option("--seed", flags.seed, "Of the resampling; the same seed gives the same bytes")
      .shows_default();
}

/// The file's ending says what is written.
Result<std::string> report_text(const ReportCommand& command, const FeedbackAnalysis& analysis,
                                ReportLanguage language) {
  const std::string ending = std::filesystem::path(command.output).extension().string();
  if (ending == ".json") {
    return analysis_json(without_small_groups(analysis, command.least_people)) + "\n";
  }
  const ReportDocument report = report_of(analysis, language, command.least_people);
  if (ending == ".html" || ending == ".htm") return report_html(report);
  if (ending == ".md") return report_markdown(report);
  return error(ErrorCode::InvalidArgument, command.output,
               ": the name must end in .html, .md or .json, which says what to write");
}

Status write_report(const ReportCommand& command, const Streams& io) {
  TRY_ASSIGN(const ReportLanguage language, language_of(command.analysis.language));
  TRY(check_new_file(command.output, command.force ? Overwrite::Yes : Overwrite::No));
  TRY_ASSIGN(const FeedbackAnalysis analysis, analysis_of(command.analysis, io));
  TRY_ASSIGN(const std::string text, report_text(command, analysis, language));
  TRY(write_text_file(command.output, text));
  io.out << command.output << ": " << analysis.findings.size() << " findings from "
         << analysis.flow.num_answers << " answers\n";
  return {};
}

void add_report(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<ReportCommand>();
  CommandLine& command =
      parser.add_below(parent, "report", "A study's report: one file to read, print or send");
  declare_analysis(command, options->analysis);
  command.option("-o,--output", options->output, "NAME.html, NAME.md or NAME.json")
      .type_name("FILE")
      .required();
  command
      .option("--k", options->least_people,
              "Groups of fewer people are merged or hidden; 1 shows everything")
      .shows_default()
      .between(1, 1000);
  command.flag("--force", options->force, "Write over an existing file");
  command.runs([options](const Streams& io) { return write_report(*options, io); });
}

void add_simulate(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<SimulateCommand>();
  CommandLine& command = parser.add_below(parent, "simulate", "Write a study with planted effects");
  command.option("-o,--output", options->output, "The folder to write")
      .type_name("FOLDER")
      .required();
  command.option("--spec", options->spec, "What to plant; the model study's design if not given")
      .type_name("FILE");
  command.option("--seed", options->seed, "The same seed gives the same bytes").shows_default();
  command.option("--truth", options->truth, "Where to write what was planted (FOLDER.truth.json)")
      .type_name("FILE");
  command.flag("--json", options->json, "As one JSON object");
  command.runs([options](const Streams& io) { return simulate(*options, io); });
}

void add_analyze(CommandParser& parser, CommandLine& parent) {
  auto options = std::make_shared<AnalyzeCommand>();
  CommandLine& command =
      parser.add_below(parent, "analyze", "Findings of a study, each with its evidence");
  declare_analysis(command, options->analysis);
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "Example:\n"
      "  falconet feedback simulate --seed 7 -o study\n"
      "  falconet feedback analyze --data study");
  command.runs([options](const Streams& io) { return analyze(*options, io); });
}

}  // namespace

void add_feedback_command(CommandParser& parser) {
  CommandLine& command =
      parser.add("feedback", "Study", "What users' feedback says: simulate and analyze studies");
  add_export_command(parser, command);
  add_import_command(parser, command);
  add_simulate(parser, command);
  add_analyze(parser, command);
  add_report(parser, command);
  add_try_command(parser, command);
  add_judge_command(parser, command);
}

}  // namespace falconet

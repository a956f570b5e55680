// `falconet perplexity`: how well a model predicts a text, and what its quantization cost.
#include <memory>
#include <optional>
#include <ostream>

#include "base/file.h"
#include "base/json.h"
#include "cli/command_line.h"
#include "cli/model_argument.h"
#include "cli/progress_line.h"
#include "cli/text_loss.h"
#include "cli/tokenizer_file.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{256} << 20;
// Logits of a whole vocabulary for each token of a batch: large batches would take much memory.
constexpr std::size_t kMaxBatchTokens = 128;

struct PerplexityOptions {
  std::string model;
  std::string base;
  std::string text;
  std::size_t context = 512;
  std::size_t max_windows = 0;
  int num_threads = 0;
  std::string kv_cache_dtype = "auto";
  bool json = false;
};

struct EncodedText {
  std::vector<TokenId> ids;
  std::optional<TokenId> bos;  // where the tokenizer puts it before a text
};

Result<EncodedText> encode(const std::filesystem::path& model, const std::string& text) {
  TRY_ASSIGN(const Tokenizer tokenizer, load_tokenizer(model));
  EncodedText encoded{tokenizer.encode(text), std::nullopt};
  const std::vector<TokenId> around = tokenizer.encode("");
  if (!around.empty() && around.front() == tokenizer.bos()) encoded.bos = around.front();
  return encoded;
}

Result<TextLoss> measure(const PerplexityOptions& options, const Streams& io) {
  ProgressLine progress(io.err);
  TRY_ASSIGN(const std::string text, read_file(options.text, kMaxTextBytes));
  TRY_ASSIGN(const std::filesystem::path path, find_local_model(options.model));
  TRY_ASSIGN(const EncodedText encoded, encode(path, text));
  progress.show(cat("loading ", options.model));
  DirectModelOptions model_options{.num_threads = options.num_threads,
                                   .max_batch_tokens = kMaxBatchTokens};
  TRY_ASSIGN(model_options.kv_type, parse_kv_type(options.kv_cache_dtype));
  TRY_ASSIGN(DirectModel model, DirectModel::load(path, model_options));
  std::optional<DirectModel> base;
  if (!options.base.empty()) {
    progress.show(cat("loading ", options.base));
    TRY_ASSIGN(const std::filesystem::path base_path, find_local_model(options.base));
    TRY_ASSIGN(const EncodedText base_encoded, encode(base_path, text));
    if (base_encoded.ids != encoded.ids) {
      return error(ErrorCode::InvalidArgument, options.base, " and ", options.model,
                   " turn the text into different tokens; a base needs the same tokenizer");
    }
    model_options.kv_type = KvType::F16;
    TRY_ASSIGN(base, DirectModel::load(base_path, model_options));
  }
  const TextLossOptions loss_options = {
      .context = options.context,
      .bos = encoded.bos,
      .max_windows = options.max_windows,
      .report = [&](std::size_t done, std::size_t total, double perplexity) {
        progress.show(cat("window ", done, " of ", total, ": perplexity ", fixed(perplexity, 3)));
      }};
  return measure_text_loss(model, base ? &*base : nullptr, encoded.ids, loss_options);
}

Json estimate_json(const Estimate& estimate) {
  return Json{{"value", estimate.value}, {"standard_error", estimate.standard_error}};
}

Json loss_json(const PerplexityOptions& options, const TextLoss& loss) {
  Json json{{"model", options.model},           {"text", options.text},
            {"context", options.context},       {"windows", loss.num_windows},
            {"scored_tokens", loss.num_scored}, {"perplexity", estimate_json(loss.perplexity)}};
  if (!loss.divergence) return json;
  const Divergence& divergence = *loss.divergence;
  json["base"] = options.base;
  json["base_perplexity"] = estimate_json(divergence.base_perplexity);
  json["kl_divergence"] = {{"mean", divergence.mean.value},
                           {"standard_error", divergence.mean.standard_error},
                           {"median", divergence.median},
                           {"percentile_99", divergence.percentile99},
                           {"max", divergence.max}};
  json["same_top"] = estimate_json(divergence.same_top);
  return json;
}

std::string with_error(const Estimate& estimate, int digits) {
  return cat(fixed(estimate.value, digits), " ± ", fixed(estimate.standard_error, digits));
}

void print_loss(const TextLoss& loss, std::ostream& out) {
  out << "perplexity        " << with_error(loss.perplexity, 4) << "  (" << loss.num_scored
      << " tokens, the second halves of " << loss.num_windows
      << (loss.num_windows == 1 ? " window" : " windows") << ")\n";
  if (!loss.divergence) return;
  const Divergence& divergence = *loss.divergence;
  const Estimate percent = {100 * divergence.same_top.value,
                            100 * divergence.same_top.standard_error};
  out << "base's perplexity " << with_error(divergence.base_perplexity, 4) << '\n'
      << "KL divergence     mean " << with_error(divergence.mean, 5) << ", median "
      << fixed(divergence.median, 5) << ", 99 % " << fixed(divergence.percentile99, 5) << ", max "
      << fixed(divergence.max, 5) << '\n'
      << "same top token    " << with_error(percent, 2) << " %\n";
}

Status run_perplexity(const PerplexityOptions& options, const Streams& io) {
  TRY_ASSIGN(const TextLoss loss, measure(options, io));
  if (options.json) {
    io.out << to_text(loss_json(options, loss)) << '\n';
  } else {
    print_loss(loss, io.out);
  }
  return {};
}

}  // namespace

void add_perplexity_command(CommandParser& parser) {
  auto options = std::make_shared<PerplexityOptions>();
  CommandLine& command = parser.add(
      "perplexity", "Measure", "How well a model predicts a text, and what quantization cost it");
  command
      .option("-m,--model", options->model,
              "A GGUF file, a Hugging Face folder, or a model by name")
      .required()
      .type_name("PATH");
  command.option("-f,--file", options->text, "The text").required().type_name("FILE");
  command.option("--context", options->context, "Tokens of a window").shows_default();
  command.option("--windows", options->max_windows, "Read so many windows (default: all)");
  command.option("--kl-base", options->base, "Compare with this model: the unquantized one")
      .type_name("PATH");
  command.option("--threads", options->num_threads, "Threads (default: all CPUs)").between(1, 1024);
  command.option("--kv-cache-dtype", options->kv_cache_dtype,
                 "Of the model's keys and values: f16, or q8_0 to see what that costs; the base's "
                 "stay in f16");
  command.flag("--json", options->json, "As one JSON object");
  command.footer(
      "The method is llama.cpp's: the text is cut into windows of --context tokens that do not\n"
      "overlap, the first token of each is BOS where the model wants one, and the tokens of the\n"
      "second half are scored, each with at least half a window before it. A rest shorter than a\n"
      "window is not read. Perplexity is exp(mean of -ln p); ± is one standard error.\n"
      "With --kl-base both models read the text, and the divergence of the model's distribution\n"
      "from the base's, Σ p·ln(p/q) in nats, is summarized over the same positions.\n"
      "Example:\n"
      "  falconet perplexity -m q4_k_m.gguf -f text.txt --kl-base f16.gguf");
  command.runs([options](const Streams& io) { return run_perplexity(*options, io); });
}

}  // namespace falconet

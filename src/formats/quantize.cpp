#include "formats/quantize.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "formats/gguf_writer.h"
#include "formats/quantize_row.h"
#include "kernels/matmul.h"

namespace falconet {
namespace {

// Rows are converted in chunks of about this many elements: enough work for each thread, little
// memory.
constexpr std::size_t kChunkElements = 4 << 20;

/// A tensor on its way from the source to the file.
struct Job {
  const StoredTensor* source = nullptr;
  TensorPlan plan;
  std::size_t num_interleaved_heads = 0;

  std::size_t num_columns() const { return plan.shape.back(); }
  std::size_t num_rows() const {
    std::size_t rows = 1;
    for (std::size_t i = 0; i + 1 < plan.shape.size(); ++i) rows *= plan.shape[i];
    return rows;
  }

  /// The source's row that becomes row `row`.
  std::size_t source_row(std::size_t row) const {
    if (num_interleaved_heads == 0) return row;
    const std::size_t head_dim = num_rows() / num_interleaved_heads;
    const std::size_t in_head = row % head_dim;
    return row - in_head + in_head / 2 + in_head % 2 * (head_dim / 2);
  }
};

Result<std::vector<Job>> plan_jobs(const Checkpoint& source, const Recipe& recipe,
                                   const GgufConversion* conversion) {
  std::vector<Job> jobs;
  for (const StoredTensor& tensor : source.tensors()) {
    GgufPlace place{tensor.name};
    if (conversion != nullptr) {
      auto found = conversion->place(tensor);
      if (!found) continue;
      place = *std::move(found);
    }
    const std::size_t heads = place.num_interleaved_heads;
    if (tensor.shape.empty() || (heads > 0 && tensor.shape.front() % (2 * heads) != 0)) {
      return error(ErrorCode::Corrupt, "tensor \"", tensor.name, "\" has a shape that ",
                   heads > 0 ? "does not divide into heads" : "GGUF cannot hold");
    }
    jobs.push_back({&tensor, {std::move(place.name), tensor.dtype, tensor.shape}, heads});
  }
  std::vector<TensorPlan> plans;
  for (const Job& job : jobs) plans.push_back(job.plan);
  const ModelOutline outline = outline_of(plans);
  for (Job& job : jobs) job.plan.dtype = choose_dtype(recipe, job.plan, outline);
  return jobs;
}

/// Converts rows [first, first + count) of a job into `out`.
Status convert_rows(const Job& job, std::size_t first, std::size_t count, std::span<std::byte> out,
                    ThreadPool& pool) {
  const std::size_t columns = job.num_columns();
  const std::size_t from_bytes = row_bytes(job.source->dtype, columns);
  const std::size_t to_bytes = row_bytes(job.plan.dtype, columns);
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::atomic<std::size_t> bad_row = kNone;
  pool.parallel_for(count, 1, [&](std::size_t begin, std::size_t end) {
    std::vector<float> values(columns);
    for (std::size_t row = begin; row < end; ++row) {
      const std::size_t source_row = job.source_row(first + row);
      const auto stored = job.source->bytes.subspan(source_row * from_bytes, from_bytes);
      dequantize_row(job.source->dtype, stored, values);
      const bool is_finite = std::all_of(values.begin(), values.end(),
                                         [](float value) { return std::isfinite(value); });
      if (!is_finite) bad_row = source_row;
      quantize_row(job.plan.dtype, values, out.subspan(row * to_bytes, to_bytes));
    }
  });
  if (bad_row == kNone) return {};
  return error(ErrorCode::Corrupt, "tensor \"", job.source->name, "\", row ", bad_row.load(),
               " holds a weight that is not finite; is the download broken?");
}

Status write_job(const Job& job, GgufWriter& writer, ThreadPool& pool) {
  if (job.plan.dtype == job.source->dtype && job.num_interleaved_heads == 0) {
    return writer.write(job.source->bytes);
  }
  const std::size_t to_bytes = row_bytes(job.plan.dtype, job.num_columns());
  const std::size_t chunk_rows = std::max<std::size_t>(1, kChunkElements / job.num_columns());
  std::vector<std::byte> out(std::min(chunk_rows, job.num_rows()) * to_bytes);
  for (std::size_t row = 0; row < job.num_rows(); row += chunk_rows) {
    const std::size_t count = std::min(chunk_rows, job.num_rows() - row);
    const auto part = std::span(out).first(count * to_bytes);
    TRY(convert_rows(job, row, count, part, pool));
    TRY(writer.write(part));
  }
  return {};
}

}  // namespace

Status quantize_checkpoint(const Checkpoint& source, const Recipe& recipe,
                           const std::filesystem::path& path, const QuantizeOptions& options) {
  if (source.kind() == CheckpointKind::HuggingFace && options.conversion == nullptr) {
    return error(ErrorCode::InvalidArgument, source.path().string(),
                 " is a Hugging Face folder; convert it to a GGUF file first");
  }
  TRY_ASSIGN(const std::vector<Job> jobs, plan_jobs(source, recipe, options.conversion));
  Metadata metadata =
      options.conversion != nullptr ? options.conversion->metadata : source.metadata();
  metadata.set("general.file_type", static_cast<std::uint64_t>(recipe.file_type));
  metadata.set("general.quantization_version", std::uint64_t{2});
  std::vector<TensorPlan> plans;
  for (const Job& job : jobs) plans.push_back(job.plan);
  const std::vector<GgufVector> added =
      options.conversion != nullptr ? options.conversion->added : std::vector<GgufVector>();
  for (const GgufVector& vector : added) {
    plans.push_back({vector.name, DType::F32, {vector.values.size()}});
  }
  TRY_ASSIGN(GgufWriter writer, GgufWriter::create(path, metadata, std::move(plans)));
  ThreadPool pool(options.num_threads);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (options.report) options.report({jobs[i].plan.name, i, jobs.size()});
    TRY(write_job(jobs[i], writer, pool));
    source.release_pages(*jobs[i].source);
  }
  for (const GgufVector& vector : added) TRY(writer.write(std::as_bytes(std::span(vector.values))));
  return writer.finish();
}

}  // namespace falconet

// libFuzzer: any bytes as a model folder: config, index and the headers of two shards, each of
// which ends with a byte 0xFF. Best run with TMPDIR in memory.
#include <fstream>

#include "formats/huggingface_folder.h"
#include "formats/temporary_folder.h"

namespace {

constexpr std::size_t kDataBytes = 64;  // of each shard, behind its header

std::string_view take_piece(std::string_view& rest) {
  const std::string_view piece = rest.substr(0, rest.find('\xFF'));
  rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
  return piece;
}

std::string shard(std::string_view header) {
  const std::uint64_t num_bytes = header.size();
  std::string file(reinterpret_cast<const char*>(&num_bytes), sizeof num_bytes);
  file += header;
  file.append(kDataBytes, 'x');
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const falconet::TemporaryFolder folder;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto write = [](const char* name, std::string_view text) {
    std::filesystem::remove(folder.path() / name);  // cutting an old one would wait for the disk
    std::ofstream(folder.path() / name, std::ios::binary) << text;
  };
  write("config.json", take_piece(rest));
  write("model.safetensors.index.json", take_piece(rest));
  write("1.safetensors", shard(take_piece(rest)));
  write("2.safetensors", shard(take_piece(rest)));
  const auto contents = falconet::read_huggingface_folder(folder.path());
  if (!contents) return 0;
  for (const falconet::MappedFile& file : contents->files) {
    CHECK(file.path().parent_path() == folder.path(), "a shard outside of the folder");
  }
  return 0;
}

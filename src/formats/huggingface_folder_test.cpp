// Folders whose files contradict each other: each is refused with the file and field, or read
// whole.
#include "formats/huggingface_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/file.h"
#include "base/random.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

using testing::HasSubstr;

constexpr const char* kIndexName = "model.safetensors.index.json";

/// A model folder in the making: two shards that hold tensor a, and b with a buffer.
class ShardedFolder {
 public:
  ShardedFolder() {
    write("config.json", R"({"model_type":"qwen2","hidden_size":4})");
    write_shard("1.safetensors", {{"a", "F32"}});
    write_shard("2.safetensors", {{"b", "F32"}, {"positions", "I64"}});
    write_index(
        {{"weight_map",
          {{"a", "1.safetensors"}, {"b", "2.safetensors"}, {"positions", "2.safetensors"}}}});
  }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::remove(path() /
                            name);  // a file cut to nothing and refilled waits for the disk
    std::ofstream(path() / name, std::ios::binary) << text;
  }
  void write_index(const Json& index) const { write(kIndexName, to_text(index)); }

  /// Each tensor has 16 bytes.
  void write_shard(const std::string& name,
                   const std::vector<std::pair<std::string, std::string>>& tensors) const {
    Json header = Json::object();
    std::size_t offset = 0;
    for (const auto& [tensor, type] : tensors) {
      header[tensor] = {{"dtype", type},
                        {"shape", {type == "I64" ? 2 : 4}},
                        {"data_offsets", {offset, offset + 16}}};
      offset += 16;
    }
    const std::string text = to_text(header);
    const std::uint64_t num_bytes = text.size();
    std::string file(reinterpret_cast<const char*>(&num_bytes), sizeof num_bytes);
    write(name, file + text + std::string(offset, 'x'));
  }

  const std::filesystem::path& path() const { return folder_.path(); }
  Result<HuggingFaceFolder> read() const { return read_huggingface_folder(path()); }

  void expect_refusal(ErrorCode code, const std::string& file, const std::string& field) const {
    const auto contents = read();
    ASSERT_FALSE(contents) << "accepted, but should say: " << field;
    EXPECT_EQ(contents.error().code, code) << contents.error().message;
    EXPECT_THAT(contents.error().message, HasSubstr((path() / file).string()));
    EXPECT_THAT(contents.error().message, HasSubstr(field));
  }

 private:
  TemporaryFolder folder_;
};

TEST(HuggingFaceFolder, ReadsTheTensorsOfAllShards) {
  const ShardedFolder folder;
  const auto contents = folder.read();
  ASSERT_TRUE(contents) << contents.error().message;
  ASSERT_EQ(contents->tensors.size(), 2u) << "the buffer is no weight";
  EXPECT_EQ(contents->tensors[0].name, "a");
  EXPECT_EQ(contents->tensors[1].name, "b");
  EXPECT_EQ(contents->files.size(), 2u);
}

TEST(HuggingFaceFolder, ReadsNoShardOutsideOfIt) {
  const TemporaryFolder elsewhere;
  const ShardedFolder folder;
  folder.write_shard("x.safetensors", {{"a", "F32"}});
  std::filesystem::copy(folder.path() / "x.safetensors", elsewhere.path() / "x.safetensors");
  const std::string other = elsewhere.path().filename().string();
  for (const std::string& name :
       {cat("../", other, "/x.safetensors"), (elsewhere.path() / "x.safetensors").string(),
        std::string("./x.safetensors"), cat("sub/../../", other, "/x.safetensors"),
        std::string(".."), std::string("."), std::string(), std::string("x.safetensors/"),
        std::string("x.safetensors\0.bin", 18)}) {
    folder.write_index({{"weight_map", {{"a", name}}}});
    folder.expect_refusal(ErrorCode::Corrupt, kIndexName,
                          "\"weight_map\" of tensor \"a\" is not the name of a file");
  }
}

TEST(HuggingFaceFolder, SaysWhatIsWrongWithAnIndex) {
  const ShardedFolder folder;
  for (const Json& index :
       {Json::object(), Json{{"metadata", {{"total_size", 32}}}}, Json{{"weight_map", nullptr}},
        Json{{"weight_map", Json::object()}}, Json{{"weight_map", "1.safetensors"}},
        Json{{"weight_map", Json::array({"1.safetensors"})}}}) {
    folder.write_index(index);
    folder.expect_refusal(ErrorCode::Corrupt, kIndexName, "expected an object \"weight_map\"");
  }
  for (const Json& shard : {Json(nullptr), Json(1), Json::array({"1.safetensors"})}) {
    folder.write_index({{"weight_map", {{"a", shard}}}});
    folder.expect_refusal(ErrorCode::Corrupt, kIndexName, "\"weight_map\" of tensor \"a\"");
  }
  for (const char* text : {"", "[]", "{\"weight_map\":", "\xFF", "7"}) {
    folder.write(kIndexName, text);
    folder.expect_refusal(ErrorCode::Corrupt, kIndexName, "");
  }
}

TEST(HuggingFaceFolder, SaysWhichShardIsMissingOrBroken) {
  const ShardedFolder folder;
  std::filesystem::remove(folder.path() / "2.safetensors");
  folder.expect_refusal(ErrorCode::NotFound, kIndexName,
                        "\"weight_map\" names \"2.safetensors\", which is not in the folder");
  std::filesystem::create_directory(folder.path() / "2.safetensors");
  folder.expect_refusal(ErrorCode::Io, "2.safetensors", "is not a regular file");
  std::filesystem::remove(folder.path() / "2.safetensors");
  folder.write("2.safetensors", "short");
  folder.expect_refusal(ErrorCode::Corrupt, "2.safetensors", "the header at byte 0");
}

TEST(HuggingFaceFolder, RefusesTensorsThatAreNotWhereTheIndexSays) {
  const ShardedFolder folder;
  folder.write_shard("1.safetensors", {{"a", "F32"}, {"b", "F32"}});  // b is in 2 as well
  folder.expect_refusal(ErrorCode::Corrupt, "1.safetensors",
                        "tensor \"b\" is not where \"weight_map\" of model.safetensors.index.json");
  folder.write_shard("1.safetensors", {{"a", "F32"}, {"c", "F32"}});  // c is not in the index
  folder.expect_refusal(ErrorCode::Corrupt, "1.safetensors", "tensor \"c\" is not where");
  folder.write_shard("1.safetensors", {{"c", "F32"}});
  folder.expect_refusal(ErrorCode::Corrupt, "1.safetensors", "tensor \"c\" is not where");
}

TEST(HuggingFaceFolder, RefusesTensorsThatTheIndexListsAndNoShardHolds) {
  const ShardedFolder folder;
  folder.write_shard("2.safetensors", {{"b", "F32"}});
  folder.expect_refusal(
      ErrorCode::Corrupt, kIndexName,
      "\"weight_map\" of tensor \"positions\" names \"2.safetensors\", which does not hold it");
}

TEST(HuggingFaceFolder, SaysWhatIsWrongWithAConfig) {
  const ShardedFolder folder;
  for (const char* text : {"", "[]", "null", "{\"hidden_size\":", "{\"a\":1}x"}) {
    folder.write("config.json", text);
    folder.expect_refusal(ErrorCode::Corrupt, "config.json", "");
  }
  folder.write("config.json", std::string(300, '[') + std::string(300, ']'));
  folder.expect_refusal(ErrorCode::Corrupt, "config.json", "nested");
  folder.write("config.json", "{\"a\":\"" + std::string(2 << 20, 'x') + "\"}");
  folder.expect_refusal(ErrorCode::TooLarge, "config.json", "");
  std::filesystem::remove(folder.path() / "config.json");
  const auto contents = folder.read();
  ASSERT_FALSE(contents);
  EXPECT_THAT(contents.error().message, HasSubstr("it has no config.json"));
}

/// A few bytes changed, most of them into what JSON is made of, or left out.
std::string with_small_changes(std::string text, Random& random) {
  constexpr std::string_view kBytes = "\"{}[]:,0-9./\\\xFF\x80 aeb12";
  for (std::uint64_t i = random.below(3) + 1; i-- > 0;) {
    const std::size_t place = random.below(text.size());
    if (random.below(3) == 0) {
      text.erase(place, random.below(12));
    } else {
      text[place] = kBytes[random.below(kBytes.size())];
    }
  }
  return text;
}

/// Entries moved to other shards and values, left out or added.
Json with_other_entries(Json index, Random& random) {
  const std::vector<Json> shards = {
      "1.safetensors", "2.safetensors", "3.safetensors", "../1.safetensors", "", 7,
      nullptr,         Json::object()};
  const std::vector<std::string> tensors = {"a", "b", "positions", "c", ""};
  Json& map = index["weight_map"];
  for (std::uint64_t i = random.below(3) + 1; i-- > 0;) {
    const std::string& tensor = tensors[random.below(tensors.size())];
    if (random.below(3) == 0) {
      map.erase(tensor);
    } else {
      map[tensor] = shards[random.below(shards.size())];
    }
  }
  return index;
}

/// Every tensor once, whole and inside of a file of the folder.
void expect_sound(const HuggingFaceFolder& contents, const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const StoredTensor& tensor : contents.tensors) {
    EXPECT_TRUE(names.insert(tensor.name).second) << tensor.name;
    const bool is_inside = std::ranges::any_of(contents.files, [&](const MappedFile& file) {
      const std::byte* begin = file.bytes().data();
      return tensor.bytes.data() >= begin &&
             tensor.bytes.data() + tensor.bytes.size() <= begin + file.bytes().size();
    });
    EXPECT_TRUE(is_inside) << tensor.name;
  }
  for (const MappedFile& file : contents.files) EXPECT_EQ(file.path().parent_path(), folder);
}

TEST(HuggingFaceFolder, ReadsOrRefusesEveryChangedIndex) {
  const ShardedFolder folder;
  const std::string whole = read_file(folder.path() / kIndexName, 1 << 20).value();
  const Json index = parse_json(whole).value();
  const std::uint64_t seed = 20261130;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  int num_read = 0;
  for (int round = 0; round < 1000; ++round) {
    folder.write(kIndexName, round % 2 == 0 ? with_small_changes(whole, random)
                                            : to_text(with_other_entries(index, random)));
    const auto contents = folder.read();
    if (contents) {
      ++num_read;
      expect_sound(*contents, folder.path());
    } else {
      EXPECT_THAT(contents.error().message, HasSubstr(folder.path().string()));
    }
  }
  EXPECT_GT(num_read, 50);
  EXPECT_LT(num_read, 950);
}

TEST(HuggingFaceFolder, ReadsOrRefusesEveryChangedConfig) {
  const ShardedFolder folder;
  const std::string whole = read_file(folder.path() / "config.json", 1 << 20).value();
  const std::uint64_t seed = 20261201;
  SCOPED_TRACE(cat("seed ", seed));
  Random random(seed);
  int num_read = 0;
  for (int round = 0; round < 1000; ++round) {
    folder.write("config.json", with_small_changes(whole, random));
    const auto contents = folder.read();
    if (contents) {
      ++num_read;
      EXPECT_TRUE(contents->config.is_object());
      EXPECT_EQ(contents->tensors.size(), 2u);
    } else {
      EXPECT_THAT(contents.error().message, HasSubstr((folder.path() / "config.json").string()));
    }
  }
  EXPECT_GT(num_read, 50);
  EXPECT_LT(num_read, 950);
}

}  // namespace
}  // namespace falconet

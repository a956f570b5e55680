#include "hub/pull.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/json.h"
#include "hub/scripted_server.h"
#include "hub/sha256.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

/// A hub with one repository at Hugging Face's and ModelScope's addresses.
class Pull : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "falconet-pull-XXXXXX").string();
    settings_.models = fs::path(::mkdtemp(pattern.data())) / "models";
    settings_.huggingface_endpoint = server_.address();
    settings_.modelscope_endpoint = server_.address();
    settings_.huggingface_token = "hf_secret";
  }
  void TearDown() override { fs::remove_all(settings_.models.parent_path()); }

  std::string sha256_of(const std::string& text) {
    const fs::path path = settings_.models.parent_path() / "hash";
    std::ofstream(path, std::ios::binary) << text;
    return *sha256_of_file(path);
  }

  std::string answer(const TestRequest& request) {
    const std::string& path = request.path;
    if (path == "/api/models/org/repo/tree/main?recursive=true") {
      Json list = Json::array();
      list.push_back({{"type", "directory"}, {"path", "sub"}});
      list.push_back({{"type", "file"}, {"path", "../evil.gguf"}, {"size", 4}});
      for (const auto& [name, text] : files_) {
        list.push_back({{"type", "file"},
                        {"path", name},
                        {"size", text.size()},
                        {"lfs", {{"oid", sha256_of(text)}, {"size", text.size()}}}});
      }
      return test_answer(200, {}, list.dump());
    }
    if (path == "/api/v1/models/org/repo/repo/files?Revision=master&Recursive=true") {
      Json list = Json::array();
      for (const auto& [name, text] : files_) {
        list.push_back(
            {{"Type", "blob"}, {"Path", name}, {"Size", text.size()}, {"Sha256", sha256_of(text)}});
      }
      return test_answer(200, {}, Json{{"Code", 200}, {"Data", {{"Files", list}}}}.dump());
    }
    for (const auto& [name, text] : files_) {
      if (path.ends_with("/" + name)) return test_file_answer(request, text, "\"x\"");
    }
    return test_answer(404, {}, "");
  }

  Result<fs::path> pull(const std::string& text) {
    const auto name = parse_model_name(text);
    if (!name) return name.error();
    return pull_model(*name, settings_, {});
  }

  std::map<std::string, std::string> files_ = {{"m-Q8_0.gguf", "GGUF eight bits"},
                                               {"m-Q4_K_M.gguf", "GGUF four bits"},
                                               {"mmproj-F16.gguf", "GGUF eyes"},
                                               {"README.md", "# m"}};
  HubSettings settings_;
  ScriptedServer server_{[this](const TestRequest& request) { return answer(request); }};
};

TEST_F(Pull, ChoosesFourBitsWhenNothingIsAsked) {
  const auto path = pull("org/repo");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, settings_.models / "huggingface.co/org/repo/m-Q4_K_M.gguf");
  const ModelFolder folder(settings_.models);
  EXPECT_EQ(*folder.resolve("org/repo"), *path);
  EXPECT_EQ(*folder.resolve("hf.co/org/repo:q4_k_m"), *path);
  EXPECT_FALSE(folder.resolve("org/repo:Q8_0"));
  for (const TestRequest& request : server_.requests()) {
    EXPECT_EQ(request.headers.at("authorization"), "Bearer hf_secret");
  }
}

TEST_F(Pull, FetchesTheQuantizationThatIsNamedAndListsOthersIfThereIsNone) {
  const auto path = pull("org/repo:q8_0");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(path->filename(), "m-Q8_0.gguf");
  const auto none = pull("org/repo:Q2_K");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "org/repo has no Q2_K; it has Q4_K_M, Q8_0");
}

TEST_F(Pull, FetchesFromModelScopeWithoutTheOtherHubsToken) {
  const auto path = pull("modelscope.cn/org/repo");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, settings_.models / "modelscope.cn/org/repo/m-Q4_K_M.gguf");
  for (const TestRequest& request : server_.requests()) {
    EXPECT_FALSE(request.headers.contains("authorization"));
  }
}

TEST_F(Pull, FetchesAFolderOfSafetensorsWhoseConfigComesLast) {
  files_ = {{"config.json", "{}"},
            {"tokenizer.json", "{}"},
            {"model.safetensors", "weights"},
            {"pytorch_model.bin", "pickles"}};
  const auto path = pull("org/repo");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, settings_.models / "huggingface.co/org/repo");
  EXPECT_TRUE(server_.requests().back().path.ends_with("/config.json"));
  EXPECT_FALSE(fs::exists(*path / "pytorch_model.bin"));
  const auto models = ModelFolder(settings_.models).list();
  ASSERT_EQ(models.size(), 1u);
  EXPECT_EQ(models[0].name, "org/repo");
  EXPECT_EQ(models[0].num_bytes, 11u);
}

TEST_F(Pull, DoesNotCallAFolderAModelWhileFilesAreMissing) {
  files_ = {{"config.json", "{}"}, {"model.safetensors", "weights"}};
  const auto name = parse_model_name("org/repo");
  const auto stopped = pull_model(
      *name, settings_, {.on_progress = [](std::uint64_t, std::uint64_t) { return false; }});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
  EXPECT_TRUE(ModelFolder(settings_.models).list().empty());
  EXPECT_FALSE(ModelFolder(settings_.models).resolve("org/repo"));
}

TEST_F(Pull, FetchesAnAddressThatHoldsAGguf) {
  const std::string url = server_.address() + "/somewhere/m-Q8_0.gguf";
  const auto path = pull(url);
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*ModelFolder(settings_.models).resolve(url), *path);
  EXPECT_FALSE(server_.requests().back().headers.contains("authorization"));
  files_["page.gguf"] = "<html>";
  EXPECT_EQ(pull(server_.address() + "/page.gguf").error().code, ErrorCode::Corrupt);
}

TEST_F(Pull, SaysThatARepositoryIsNotThere) {
  const auto path = pull("org/other");
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(settings_.models)) << "a failed pull leaves nothing";
}

TEST_F(Pull, AsksForRemovalWhenTheRepositoryHasAnotherFileNow) {
  ASSERT_TRUE(pull("org/repo"));
  files_["m-Q4_K_M.gguf"] += ", improved";
  const auto again = pull("org/repo");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::AlreadyExists);
}

TEST_F(Pull, RemovesWhatItFetchedAndNothingElse) {
  ASSERT_TRUE(pull("org/repo"));
  ASSERT_TRUE(pull("org/repo:Q8_0"));
  const ModelFolder folder(settings_.models);
  ASSERT_EQ(folder.list().size(), 2u);
  EXPECT_EQ(folder.list()[0].name, "org/repo/m-Q4_K_M.gguf");
  const auto freed = folder.remove("org/repo:Q8_0");
  ASSERT_TRUE(freed) << freed.error().message;
  EXPECT_EQ(*freed, files_["m-Q8_0.gguf"].size());
  EXPECT_EQ(folder.list().size(), 1u);
  ASSERT_TRUE(folder.remove("org/repo/m-Q4_K_M.gguf"));
  EXPECT_TRUE(fs::is_empty(settings_.models));
  EXPECT_EQ(folder.remove("org/repo").error().code, ErrorCode::NotFound);

  const fs::path own = settings_.models.parent_path() / "own.gguf";
  std::ofstream(own) << "GGUF";
  EXPECT_EQ(folder.remove(own.string()).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(folder.remove(settings_.models.string() + "/../own.gguf").error().code,
            ErrorCode::InvalidArgument);
  EXPECT_TRUE(fs::exists(own));
}

TEST_F(Pull, RemovesWhatAnInterruptedPullLeft) {
  const auto name = parse_model_name("org/repo");
  ASSERT_FALSE(pull_model(*name, settings_,
                          {.on_progress = [](std::uint64_t, std::uint64_t) { return false; }}));
  ASSERT_TRUE(fs::exists(settings_.models / "huggingface.co/org/repo/m-Q4_K_M.gguf.part"));
  const auto freed = ModelFolder(settings_.models).remove("org/repo");
  ASSERT_TRUE(freed) << freed.error().message;
  EXPECT_TRUE(fs::is_empty(settings_.models));
}

TEST_F(Pull, ResolvesPathsWithoutPulling) {
  const fs::path own = settings_.models.parent_path() / "own.gguf";
  std::ofstream(own) << "GGUF";
  const ModelFolder folder(settings_.models);
  EXPECT_EQ(*folder.resolve(own.string()), own);
  EXPECT_EQ(folder.resolve("./nothing.gguf").error().code, ErrorCode::NotFound);
  const auto unpulled = folder.resolve("deepseek-r1:1.5b");
  ASSERT_FALSE(unpulled);
  EXPECT_NE(unpulled.error().message.find("falconet pull deepseek-r1:1.5b"), std::string::npos);
}

TEST(Repository, RefusesAModelInSeveralParts) {
  const ModelName name = *parse_model_name("org/big");
  const std::vector<RemoteFile> files = {{"big-Q4_K_M-00001-of-00002.gguf", "", 1, ""},
                                         {"big-Q4_K_M-00002-of-00002.gguf", "", 1, ""}};
  EXPECT_EQ(choose_files(name, files).error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace falconet

#include "hub/download.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "base/random.h"
#include "base/strings.h"
#include "hub/partial_file.h"
#include "hub/scripted_server.h"
#include "hub/sha256.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

std::string random_bytes(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 255);
  return bytes;
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class Download : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "falconet-download-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    destination_ = folder_ / "model.gguf";
    std::ofstream(folder_ / "reference", std::ios::binary) << body_;
    sha256_ = *sha256_of_file(folder_ / "reference");
    fs::remove(folder_ / "reference");
  }
  void TearDown() override { fs::remove_all(folder_); }

  Status fetch(const std::string& url, bool knows_hash = true) {
    DownloadRequest request{.url = url, .destination = destination_};
    if (knows_hash) {
      request.num_bytes = body_.size();
      request.sha256 = sha256_;
    }
    return download_file(request, {.max_idle_attempts = 3,
                                   .first_pause = std::chrono::milliseconds(1),
                                   .max_pause = std::chrono::milliseconds(5)});
  }

  void expect_whole() {
    EXPECT_EQ(content_of(destination_), body_);
    expect_only({"model.gguf"});
  }
  void expect_only(const std::vector<std::string>& names) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, names);
  }

  fs::path folder_;
  fs::path destination_;
  std::string body_ = random_bytes(300'000, 1);
  std::string sha256_;
};

TEST_F(Download, WritesTheFileAndNothingElse) {
  const ScriptedServer server(
      [&](const TestRequest& r) { return test_file_answer(r, body_, "\"a\""); });
  ASSERT_TRUE(fetch(server.address() + "/m"));
  expect_whole();
  ASSERT_TRUE(fetch(server.address() + "/m"));
  EXPECT_EQ(server.requests().size(), 1u) << "a file that is there is not fetched again";
}

TEST_F(Download, GoesOnWhereABrokenConnectionStopped) {
  const ScriptedServer server([&](const TestRequest& r) {
    const std::string answer = test_file_answer(r, body_, "\"a\"");
    return answer.substr(0, std::min<std::size_t>(answer.size(), 70'000));  // then it breaks
  });
  ASSERT_TRUE(fetch(server.address() + "/m", false));
  expect_whole();
  const auto requests = server.requests();
  ASSERT_GE(requests.size(), 5u);
  EXPECT_FALSE(requests[0].headers.contains("range"));
  for (std::size_t i = 1; i < requests.size(); ++i) {
    EXPECT_TRUE(requests[i].headers.contains("range")) << i;
    EXPECT_EQ(requests[i].headers.at("if-range"), "\"a\"") << i;
  }
}

TEST_F(Download, GoesOnWhereAnEarlierCallStopped) {
  bool is_down = true;
  const ScriptedServer server([&](const TestRequest& r) {
    if (is_down && r.headers.contains("range")) return std::string();
    const std::string answer = test_file_answer(r, body_, "\"a\"");
    return is_down ? answer.substr(0, 100'000) : answer;
  });
  const Status first = fetch(server.address() + "/m");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::Unavailable) << first.error().message;
  expect_only({"model.gguf.part", "model.gguf.part.json"});
  const auto kept = fs::file_size(folder_ / "model.gguf.part");
  EXPECT_GT(kept, 90'000u);
  is_down = false;
  ASSERT_TRUE(fetch(server.address() + "/m"));
  expect_whole();
  EXPECT_EQ(server.requests().back().headers.at("range"), cat("bytes=", kept, "-"));
}

TEST_F(Download, BeginsAnewWhenTheFileChangedBetweenAttempts) {
  const std::string old = random_bytes(body_.size(), 2);
  int count = 0;
  const ScriptedServer server([&](const TestRequest& r) {
    if (count++ == 0) return test_file_answer(r, old, "\"old\"").substr(0, 50'000);
    return test_file_answer(r, body_, "\"new\"");
  });
  ASSERT_TRUE(fetch(server.address() + "/m", false));
  expect_whole();
}

TEST_F(Download, NoticesAChangedFileEvenIfTheServerIgnoresIfRange) {
  const std::string old = random_bytes(body_.size(), 2);
  int count = 0;
  const ScriptedServer server([&](TestRequest r) {
    if (count++ == 0) return test_file_answer(r, old, "\"old\"").substr(0, 50'000);
    r.headers.erase("if-range");
    return test_file_answer(r, body_, "\"new\"");
  });
  ASSERT_TRUE(fetch(server.address() + "/m", false));
  expect_whole();
}

TEST_F(Download, StartsOverOnceWhenPartsOfTwoVersionsWereJoined) {
  const std::string old = random_bytes(body_.size(), 2);
  int count = 0;
  const ScriptedServer server([&](TestRequest r) {
    r.headers.erase("if-range");
    const std::string answer = test_file_answer(r, count == 0 ? old : body_, "\"same\"");
    return count++ == 0 ? answer.substr(0, 50'000) : answer;
  });
  ASSERT_TRUE(fetch(server.address() + "/m"));
  expect_whole();
}

TEST_F(Download, TakesTheWholeFileFromAServerWithoutRanges) {
  int count = 0;
  const ScriptedServer server([&](const TestRequest&) {
    const std::string answer = test_answer(200, {}, body_);
    return count++ < 2 ? answer.substr(0, 120'000) : answer;
  });
  ASSERT_TRUE(fetch(server.address() + "/m"));
  expect_whole();
}

TEST_F(Download, KeepsNothingOfAFileWithTheWrongHash) {
  std::string wrong = body_;
  wrong[1234] = static_cast<char>(wrong[1234] ^ 1);
  const ScriptedServer server(
      [&](const TestRequest& r) { return test_file_answer(r, wrong, "\"a\""); });
  const Status status = fetch(server.address() + "/m");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Corrupt);
  EXPECT_NE(status.error().message.find(sha256_), std::string::npos) << status.error().message;
  expect_only({});
}

TEST_F(Download, ChecksTheHashThatARedirectAnnounces) {
  std::string wrong = body_;
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  const std::string* served = &wrong;
  const ScriptedServer server([&](const TestRequest& r) {
    if (r.path != "/m") return test_file_answer(r, *served, "\"storage\"");
    return test_answer(302,
                       {"Location: /storage", cat("X-Linked-Etag: \"", sha256_, "\""),
                        cat("X-Linked-Size: ", body_.size())},
                       "moved");
  });
  const Status status = fetch(server.address() + "/m", false);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Corrupt) << status.error().message;
  expect_only({});
  served = &body_;
  ASSERT_TRUE(fetch(server.address() + "/m", false));
  expect_whole();
}

TEST_F(Download, RefusesAServerThatSendsAnotherLengthThanListed) {
  const ScriptedServer shorter(
      [&](const TestRequest& r) { return test_file_answer(r, body_.substr(0, 1000), "\"a\""); });
  EXPECT_EQ(fetch(shorter.address() + "/m").error().code, ErrorCode::Corrupt);
  const ScriptedServer longer(
      [&](const TestRequest& r) { return test_file_answer(r, body_ + "x", "\"a\""); });
  EXPECT_EQ(fetch(longer.address() + "/m").error().code, ErrorCode::Corrupt);
  const ScriptedServer endless([&](const TestRequest&) {
    return cat("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", body_, body_);
  });
  EXPECT_EQ(fetch(endless.address() + "/m").error().code, ErrorCode::Corrupt);
  expect_only({});
}

TEST_F(Download, RefusesAPageWhereAModelWasMeant) {
  const ScriptedServer server(
      [&](const TestRequest&) { return test_answer(200, {}, "<html>please log in</html>"); });
  const Status status = download_file(
      {.url = server.address() + "/m", .destination = destination_, .first_bytes = "GGUF"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Corrupt);
  expect_only({});
}

TEST_F(Download, TriesAgainWhenTheServerIsInTroubleButNotWhenItRefuses) {
  int count = 0;
  const ScriptedServer troubled([&](const TestRequest& r) {
    return count++ < 2 ? test_answer(503, {}, "") : test_file_answer(r, body_, "\"a\"");
  });
  ASSERT_TRUE(fetch(troubled.address() + "/m"));
  expect_whole();
  fs::remove(destination_);

  for (const auto& [http_status, code] :
       {std::pair(404, ErrorCode::NotFound), std::pair(401, ErrorCode::PermissionDenied),
        std::pair(403, ErrorCode::PermissionDenied)}) {
    const ScriptedServer refusing(
        [&, s = http_status](const TestRequest&) { return test_answer(s, {}, "no"); });
    EXPECT_EQ(fetch(refusing.address() + "/m").error().code, code);
    EXPECT_EQ(refusing.requests().size(), 1u);
    expect_only({});
  }
}

TEST_F(Download, DoesNotFollowARedirectFromHttpToAnotherScheme) {
  const ScriptedServer server(
      [&](const TestRequest&) { return test_answer(302, {"Location: file:///etc/passwd"}, ""); });
  EXPECT_FALSE(fetch(server.address() + "/m"));
  expect_only({});
}

TEST_F(Download, EndsARingOfRedirects) {
  const ScriptedServer server(
      [&](const TestRequest&) { return test_answer(302, {"Location: /m"}, ""); });
  EXPECT_FALSE(fetch(server.address() + "/m"));
  expect_only({});
}

TEST_F(Download, LeavesAFileAloneThatAnotherProgramIsDownloading) {
  const auto other = PartialFile::open(destination_);
  ASSERT_TRUE(other);
  const ScriptedServer server(
      [&](const TestRequest& r) { return test_file_answer(r, body_, "\"a\""); });
  const Status status = fetch(server.address() + "/m");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Unavailable);
  EXPECT_NE(status.error().message.find("another program"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(Download, StopsWhenItsCallerSaysSoAndKeepsWhatIsThere) {
  const ScriptedServer server(
      [&](const TestRequest& r) { return test_file_answer(r, body_, "\"a\""); });
  const Status status = download_file(
      {.url = server.address() + "/m", .destination = destination_},
      {.on_progress = [](std::uint64_t done, std::uint64_t) { return done < 100'000; }});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Cancelled);
  expect_only({"model.gguf.part", "model.gguf.part.json"});
}

TEST_F(Download, DoesNotTrustPartsOfUnknownOrigin) {
  std::ofstream(folder_ / "model.gguf.part") << "bytes of something else";
  const ScriptedServer server(
      [&](const TestRequest& r) { return test_file_answer(r, body_, "\"a\""); });
  ASSERT_TRUE(fetch(server.address() + "/m"));
  expect_whole();
  EXPECT_FALSE(server.requests()[0].headers.contains("range"));
}

TEST_F(Download, SaysThatNobodyAnswers) {
  std::string address;
  {
    const ScriptedServer gone([](const TestRequest&) { return std::string(); });
    address = gone.address();
  }
  const Status status = fetch(address + "/m");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Unavailable);
  expect_only({});
}

TEST(PartialFile, SaysHowMuchRoomIsMissing) {
  const auto path = fs::temp_directory_path() / "falconet-room-test.gguf";
  auto file = PartialFile::open(path);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->check_room(1));
  const Status status = file->check_room(std::uint64_t{1} << 60);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Exhausted);
}

TEST(Sha256, AgreesWithFips180) {
  const auto path = fs::temp_directory_path() / "falconet-sha256-test";
  std::ofstream(path) << "abc";
  EXPECT_EQ(*sha256_of_file(path),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  fs::remove(path);
  EXPECT_FALSE(sha256_of_file(path));
}

}  // namespace
}  // namespace falconet

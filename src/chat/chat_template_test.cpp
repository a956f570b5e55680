#include "chat/chat_template.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/testdata.h"

namespace falconet {
namespace {

std::vector<Json> read_cases(const std::filesystem::path& path) {
  std::vector<Json> cases;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    auto json = parse_json(line);
    EXPECT_TRUE(json) << path << ": " << line.substr(0, 80);
    if (json) cases.push_back(std::move(*json));
  }
  return cases;
}

std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// "2025-07-26T12:34:56"
std::chrono::sys_seconds read_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute, &second);
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

Result<std::string> render(const std::string& source, const Json& test) {
  TRY_ASSIGN(const ChatTemplate chat_template, ChatTemplate::parse(source));
  return chat_template.render(test.at("context"), read_time(test.at("now").get<std::string>()));
}

// What jinja2 made of the case must come out here too. Where jinja2 failed for another reason than
// raise_exception, the case only must not crash.
void check_case(const std::string& source, const Json& test) {
  const auto result = render(source, test);
  const std::string id = test.at("id").get<std::string>();
  if (const auto expected = string_member(test, "expected")) {
    ASSERT_TRUE(result) << id << ": " << result.error().message << "\n" << source.substr(0, 400);
    EXPECT_EQ(*result, *expected) << id << "\n" << source.substr(0, 400);
  } else if (test.at("error_kind") == "raise_exception") {
    ASSERT_FALSE(result) << id;
    EXPECT_EQ(result.error().message, test.at("error").get<std::string>()) << id;
  } else if (result) {
    std::printf("note: %s succeeds, jinja2 says: %s\n", id.c_str(),
                test.at("error").get<std::string>().c_str());
  }
}

TEST(ChatTemplate, RendersThePublishedTemplatesAsJinja2Does) {
  const auto folder = test_data("chat_templates");
  if (!folder) GTEST_SKIP();
  std::map<std::string, std::string> sources;
  for (const Json& test : read_cases(*folder / "golden.jsonl")) {
    const std::string name = test.at("template").get<std::string>();
    if (!sources.contains(name)) sources[name] = read_text(*folder / "templates" / name);
    check_case(sources[name], test);
  }
  EXPECT_GT(sources.size(), 50u);
}

TEST(ChatTemplate, SpeaksTheLanguageAsJinja2Does) {
  const auto path = test_data("chat_templates/jinja_language.jsonl");
  if (!path) GTEST_SKIP();
  for (const Json& test : read_cases(*path)) {
    check_case(test.at("template_text").get<std::string>(), test);
  }
}

}  // namespace
}  // namespace falconet

// Documents as a word processor writes them, and as nobody should.
#include "feedback/docx_text.h"

#include <gmock/gmock.h>
#include <zip.h>

#include "base/random.h"
#include "feedback/transcript.h"

namespace falconet {
namespace {

using testing::HasSubstr;

constexpr const char* kHead =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>)";
constexpr const char* kTail = "</w:body></w:document>";

/// A ZIP archive with one file, by the library's own writer.
std::string archive_of(const std::string& name, const std::string& content) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* buffer = zip_source_buffer_create(nullptr, 0, 0, &problem);
  zip_source_keep(buffer);
  zip_t* archive = zip_open_from_source(buffer, ZIP_TRUNCATE, &problem);
  zip_source_t* part = zip_source_buffer(archive, content.data(), content.size(), 0);
  zip_file_add(archive, name.c_str(), part, ZIP_FL_OVERWRITE);
  EXPECT_EQ(zip_close(archive), 0);
  EXPECT_EQ(zip_source_open(buffer), 0);
  zip_stat_t stat;
  zip_source_stat(buffer, &stat);
  std::string bytes(stat.size, '\0');
  EXPECT_EQ(zip_source_read(buffer, bytes.data(), bytes.size()),
            static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(buffer);
  zip_source_free(buffer);
  return bytes;
}

std::string document_of(const std::string& body) {
  return archive_of("word/document.xml", kHead + body + kTail);
}
std::string paragraph(const std::string& runs) { return "<w:p>" + runs + "</w:p>"; }

TEST(DocxText, IsTheParagraphsAsLines) {
  const std::string bytes =
      document_of(paragraph("<w:pPr><w:b/></w:pPr><w:r><w:t>Q:</w:t></w:r>"
                            "<w:r><w:t xml:space=\"preserve\"> How was it?</w:t></w:r>") +
                  paragraph("<w:r><w:t>Ada: fast</w:t><w:br/><w:t>&amp; 很好</w:t></w:r>"
                            "<w:del><w:r><w:delText>never said</w:delText></w:r></w:del>"));
  EXPECT_EQ(docx_text(bytes).value(), "Q: How was it?\nAda: fast\n& 很好");
  const auto turns = parse_transcript(bytes, TranscriptFormat::Docx).value();
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[1].speaker, "Ada");
  EXPECT_EQ(turns[1].text, "fast\n& 很好");
}

TEST(DocxText, OfWhatIsNoDocumentIsRefusedWithTheReason) {
  const auto refusal = [](const std::string& bytes) { return docx_text(bytes).error().message; };
  EXPECT_THAT(refusal("PK"), HasSubstr("not a .docx document"));
  EXPECT_THAT(refusal(""), HasSubstr("not a .docx document"));
  EXPECT_THAT(refusal(archive_of("other.xml", "x")), HasSubstr("word/document.xml"));
  EXPECT_THAT(refusal(archive_of("word/document.xml", "<w:p>")), HasSubstr("at byte"));
  EXPECT_EQ(docx_text(std::string(kMaxDocxBytes + 1, 'x')).error().code, ErrorCode::TooLarge);
}

TEST(DocxText, OfAnArchiveThatGrowsIsRefusedBeforeItFillsTheMemory) {
  const std::string bomb =
      archive_of("word/document.xml", kHead + std::string(kMaxDocumentXmlBytes + 1, ' ') + kTail);
  ASSERT_LT(bomb.size(), kMaxDocxBytes / 100) << "it is small as long as nobody opens it";
  EXPECT_EQ(docx_text(bomb).error().code, ErrorCode::TooLarge);
  const std::string long_text = document_of(
      paragraph("<w:r><w:t>" + std::string(kMaxTranscriptBytes + 1, 'x') + "</w:t></w:r>"));
  EXPECT_EQ(docx_text(long_text).error().code, ErrorCode::TooLarge);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<w:p>";
  std::string ends;
  for (int i = 0; i < 100'000; ++i) ends += "</w:p>";
  EXPECT_THAT(docx_text(document_of(deep + ends)).error().message, HasSubstr("nested"));
}

TEST(DocxText, KnowsNoEntitiesAndFetchesNothing) {
  const std::string xml = std::string(
                              "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\">"
                              "<!ENTITY b \"&a;&a;&a;&a;&a;\">"
                              "<!ENTITY f SYSTEM \"file:///etc/passwd\">]>") +
                          "<w:document><w:body><w:p><w:r><w:t>x &b; &f;</w:t></w:r></w:p>" + kTail;
  const auto text = docx_text(archive_of("word/document.xml", xml));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "x &b; &f;") << "they stay as they are written";
}

/// Every prefix, and every archive with one byte another, ends in a text or an error.
TEST(DocxText, SurvivesWhatIsCutOffOrChanged) {
  const std::string whole = document_of(paragraph("<w:r><w:t>Ada: fast</w:t></w:r>"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(docx_text(whole.substr(0, size))) << size;
  }
  constexpr std::uint64_t kSeed = 20261130;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  int num_read = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string changed = whole;
    changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    num_read += docx_text(changed) ? 1 : 0;
  }
  EXPECT_GT(num_read, 0) << "times and names of no use may differ";
}

}  // namespace
}  // namespace falconet

#include "feedback/interview_guide_template.h"

#include "base/check.h"

namespace falconet {
namespace {

constexpr std::string_view kModelStudyGuide = R"json({
  "title": {"en": "A conversation about the model", "zh": "聊聊您使用模型的体验"},
  "intro": {
    "en": "Thank you for taking the time. There are nine questions, and no wrong answers. Skip what does not concern you; stop when you like, and go on later.",
    "zh": "感谢您抽出时间。一共九个问题，答案没有对错。与您无关的可以跳过；随时可以停下，以后再继续。"},
  "closing": {
    "en": "That was the last question. Thank you: what you said helps to make it better.",
    "zh": "问题到此结束。谢谢您：您说的这些会帮助我们改进。"},
  "questions": [
    {"text": {"en": "What did you want to do with the model?", "zh": "您想用模型做什么？"},
     "probes": [
       {"rule": "short", "words": 8, "characters": 15,
        "text": {"en": "What was the last thing that you used it for?", "zh": "您最近一次用它做了什么？"}}]},
    {"text": {"en": "What does it do well?", "zh": "它在哪些方面做得好？"},
     "probes": [
       {"rule": "short", "words": 12, "characters": 20,
        "text": {"en": "Can you remember an answer that you liked? What was good about it?", "zh": "您还记得哪个让您满意的回答吗？好在哪里？"}}]},
    {"text": {"en": "What bothers you most?", "zh": "最让您不满意的是什么？"},
     "probes": [
       {"rule": "short", "words": 6, "characters": 10,
        "text": {"en": "Could you say a little more about that?", "zh": "能再多说一点吗？"}},
       {"rule": "no_example",
        "text": {"en": "Can you give an example?", "zh": "能举个例子吗？"}}]},
    {"text": {"en": "Did you give it long texts, documents or code? How did that go?", "zh": "您给过它长文本、文档或代码吗？效果怎么样？"},
     "probes": [
       {"rule": "mentions", "terms": ["summar*", "摘要", "总结", "概括"],
        "text": {"en": "What was missing from the summary, or wrong in it?", "zh": "摘要里缺了什么，或者哪里不对？"}},
       {"rule": "no_example",
        "text": {"en": "What kind of text was it, and about how long?", "zh": "那是什么样的文本，大约多长？"}}]},
    {"text": {"en": "Did you need JSON, tables or function calls from it? How reliable were they?", "zh": "您需要它输出 JSON、表格或调用函数吗？可靠吗？"},
     "probes": [
       {"rule": "mentions", "terms": ["invalid", "broken", "malformed", "error*", "格式", "报错", "出错", "无效"],
        "text": {"en": "What was wrong with the output, and what did you do then?", "zh": "输出哪里有问题？您当时怎么处理的？"}}]},
    {"text": {"en": "How does it speak to you? Does its tone suit you?", "zh": "它说话的方式怎么样？语气合适吗？"},
     "probes": [
       {"rule": "no_example",
        "text": {"en": "Can you remember a sentence that sounded wrong?", "zh": "您还记得哪句话听着不对吗？"}}]},
    {"text": {"en": "In long conversations, does it remember what was said before?", "zh": "在长对话里，它记得前面说过的话吗？"},
     "probes": [
       {"rule": "mentions", "terms": ["forg*", "not remember*", "lose*", "lost", "忘", "不记得", "记不住", "记不得"],
        "text": {"en": "After about how many messages did you notice that?", "zh": "大约在多少轮之后您注意到的？"}},
       {"rule": "no_example",
        "text": {"en": "What had it forgotten, for example?", "zh": "比如，它忘了什么？"}}]},
    {"text": {"en": "Did it ever say something that it should not have, or refuse something harmless?", "zh": "它有没有说过不该说的话，或者拒绝过无害的请求？"},
     "probes": [
       {"rule": "no_example",
        "text": {"en": "What had you asked, as far as you want to say?", "zh": "如果您愿意说，当时问的是什么？"}}]},
    {"text": {"en": "If you could change one thing about it, what would that be?", "zh": "如果只能改进一点，您希望是什么？"},
     "probes": [
       {"rule": "always",
        "text": {"en": "What could you do then that you cannot do now?", "zh": "这样一来，您能做哪些现在做不到的事？"}}]}]
})json";

}  // namespace

Json model_study_guide() {
  Result<Json> guide = parse_json(kModelStudyGuide);
  CHECK(guide.has_value(), "the guide of ours is no JSON");
  return *std::move(guide);
}

}  // namespace falconet

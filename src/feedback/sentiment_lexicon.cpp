#include "feedback/sentiment_lexicon.h"

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "feedback/comment_words.h"
#include "feedback/issue_lexicon.h"

namespace falconet {
namespace {

struct SentimentRow {
  SentimentWordKind kind;
  double value;
  std::string_view words;  // separated by "|"
};

using enum SentimentWordKind;

constexpr std::array kSentimentRows = {
    SentimentRow{Feeling, 2,
                 "excellent|amazing|awesome|fantastic|brilliant|perfect|outstanding|superb|love|"
                 "loved|loves|wonderful|best|blazing|flawless|delighted|rock solid|"
                 "太棒|棒极|完美|出色|惊艳|爱了|绝了|神器|优秀|没得说|五星|无可挑剔|惊喜"},
    SentimentRow{Feeling, 1,
                 "good|great|nice|nicely|helpful|useful|easy|clear|clearly|correct|accurate|solid|"
                 "reliable|natural|friendly|satisfied|happy|smooth|smoothly|handy|convenient|tidy|"
                 "recommend|thank|thanks|stable|fine|impressive|impressed|strong|fast|quick|"
                 "quickly|pleasant|pleased|enjoy|enjoyed|works|worked|saved|saves|better than|"
                 "elegant|concise|polite|precise|responsive|intuitive|glad|like it|spot on|"
                 "well done|on point|surprisingly|snappy|instant|instantly|patient|thorough|"
                 "thoughtful|capable|cheap|free|relevant|right|succeed|success|improved|clever|"
                 "好|好用|很好|不错|喜欢|满意|方便|清楚|清晰|准确|流畅|自然|推荐|厉害|强大|稳定|"
                 "顺利|顺畅|规范|完整|友好|棒|赞|靠谱|省事|贴心|有帮助|有用|快|飞快|很快|简单|"
                 "谢谢|感谢|开心|高兴|到位|合理|专业|耐心|舒服|给力|值得|正确|省时|省心|一次就|"
                 "跑通|聪明|实用|细致|幽默|温暖|及时|免费|对味|很稳|有趣|进步"},
    SentimentRow{
        Feeling, -1,
        "bad|badly|poor|poorly|worse|wrong|wrongly|broken|fail|fails|failed|failing|error|"
        "errors|problem|problems|issue|issues|annoying|annoyed|disappoint|disappointed|"
        "disappointing|confuse|confused|confusing|confus|crash|crashes|crashed|weak|missing|misses|"
        "missed|incorrect|unreliable|unstable|mess|messy|struggle|struggles|lack|lacks|"
        "hate|slow|slower|slowly|sluggish|laggy|lag|irrelevant|stiff|robotic|verbose|wordy|"
        "vague|outdated|invented|invents|forgot|forgets|forget|stuck|loses|lost|lose|"
        "refuse|refuses|refused|repeat|repeats|repetitive|cut off|off topic|hard to|"
        "difficult|boring|ugly|buggy|bug|bugs|shallow|unclear|misleading|inaccurate|"
        "incomplete|invalid|malformed|waste|wasted|made up|makes up|hallucinates|"
        "hallucinated|hallucination|hallucinat|awkward|tedious|frustrated|frustrating|"
        "complicated|complain|ignores|ignored|unhelpful|timeout|waiting|overly|rude|"
        "expensive|sadly|unfortunately|contradicts|contradicted|truncated|sad|"
        "差|错|慢|乱|卡|漏|烂|糟|坑|怪|累|烦|贵|丑|难用|错误|问题|失败|报错|崩溃|没用|"
        "失望|糟糕|奇怪|遗漏|不足|毛病|别扭|麻烦|敷衍|头疼|闪退|无语|啰嗦|生硬|死板|"
        "废话|套话|空洞|跑题|答非所问|忘|忘了|忘记|失忆|编造|胡编|瞎编|捏造|过时|拒绝|"
        "卡顿|超时|截断|重复|混乱|矛盾|漏洞|难懂|看不懂|听不懂|读不懂|模糊|机械|冷冰冰|"
        "书面化|太长|太短|变差|下降|丢|缺|少了|打不开|对不上|对不齐|跑不通|编译不过|"
        "记不住|跟不上|白费|浪费|后悔|生气|抱歉|遗憾|可惜|幻觉|不对|不行|不准|受不了|吃力"},
    SentimentRow{Feeling, -2,
                 "terrible|awful|horrible|useless|worst|garbage|unusable|nonsense|disaster|"
                 "unacceptable|pathetic|rubbish|junk|atrocious|waste time|ridiculous|"
                 "垃圾|太差|极差|糟透|毫无用处|一塌糊涂|胡说八道|离谱|坑人|最差|气死|崩溃了"},
    SentimentRow{Feeling, 1,
                 "admire|enjoyable|effective|efficient|beautiful|charming|comfortable|dependable|"
                 "excited|fun|grateful|honest|intelligent|logical|neat|lovely|pleasure|praise|"
                 "productive|proud|prompt|rapid|remarkable|safe|sensible|simple|smart|sharp|"
                 "splendid|superior|terrific|trustworthy|valuable|versatile|warm|worthwhile|worth|"
                 "effortless|competent|polished|readable|understandable|thankful|gem|"
                 "快捷|漂亮|美观|精彩|精准|好评|点赞|放心|可靠|高效|轻松|愉快|全面|周到|真诚|亲切|"
                 "惊人|强|爱用|上手快|容易|体贴|超值|良心"},
    SentimentRow{Feeling, -1,
                 "mistake|mistakes|trouble|lie|lies|lying|regret|impossible|flawed|flaw|glitch|"
                 "freeze|freezes|froze|hang|hangs|delay|delayed|overpriced|cumbersome|clumsy|"
                 "inconsistent|contradictory|illogical|irritating|pointless|meaningless|dull|"
                 "arrogant|condescending|preachy|garbled|lousy|mediocre|inferior|insufficient|"
                 "defective|faulty|obsolete|unsafe|dangerous|biased|offensive|inappropriate|odd|"
                 "weird|strange|unnatural|inconvenient|worse than|never again|"
                 "放弃|不如|没反应|空白|没法|不了|不开|不懂|不清|不动|不知所云|瞎说|乱说|偏见|歧视|"
                 "危险|恶心|讨厌|低级|多余|僵硬|迟钝|不足|罢工|死机|吹牛|忽悠|误导"},
    SentimentRow{Ability, 0.8,
                 "understand|understood|help|helped|answer|start|open|find|remember|trust|rely|"
                 "recognise|recognize|follow|load|respond|run|save|count|read|finish|solve|handle|"
                 "explain|translate|cope|improve|care|listen|"
                 "明白|理解|懂|启动|打开|回答|记住|找到|看懂|识别|响应|完成|保存|支持|解决|处理|"
                 "解释|信任|相信|依靠|翻译|帮助|运行|好笑|意义|听|动"},
    SentimentRow{Feeling, -0.6, "wish|should|needs|could be|希望|建议|能不能|有待|最好能|应该"},
    SentimentRow{Negation, 0,
                 "not|no|never|nothing|none|without|nor|hardly|neither|barely|nobody|rarely|"
                 "不|没|没有|无|未|从不|从未|并不|毫无|别|不是|不会|不能|不够|不算|没什么|无任何"},
    SentimentRow{Degree, 1.5,
                 "very|really|extremely|so|too|far|absolutely|totally|incredibly|completely|highly|"
                 "super|much|always|truly|"
                 "很|非常|太|特别|极其|十分|超|超级|真|真的|相当|完全|实在|总是|一直|老是|最"},
    SentimentRow{Degree, 0.6,
                 "slightly|somewhat|bit|little|fairly|rather|quite|mostly|sometimes|occasionally|"
                 "有点|有些|稍微|略|还|比较|还算|偶尔|有时|不太|不怎么|不是很|没那么"},
    SentimentRow{Contrast, 0,
                 "but|however|yet|although|though|except|"
                 "但|但是|不过|可是|然而|就是|只是|却"},
};

/// A word or a phrase of two as the lexicon has it; nothing for longer phrases.
std::optional<std::string> sentiment_key(std::string_view word) {
  if (word.ends_with('*')) word.remove_suffix(1);
  if (word.empty() || word[0] < 0) return std::string(word);
  std::vector<std::string> stems;
  for (const std::string_view part : split(word, ' ')) stems.push_back(english_stem(part));
  if (stems.size() > 2) return std::nullopt;
  return join(stems, " ");
}

/// What the issue lexicon knows to be a complaint or a praise by itself.
std::deque<std::pair<std::string, double>> issue_words() {
  constexpr double kIssueValue = 0.8;
  std::deque<std::pair<std::string, double>> out;
  const auto add = [&](std::string_view alternatives, double value) {
    for (const std::string_view word : split(alternatives, '|')) {
      if (auto key = sentiment_key(trim(word))) out.emplace_back(std::move(*key), value);
    }
  };
  add(positive_terms(), kIssueValue);
  add(negative_terms(), -kIssueValue);
  for (const IssueCue& cue : issue_cues()) {
    const bool is_alone = cue.pattern.find('&') == cue.pattern.npos;
    if (!is_alone || cue.kind == CueKind::Topic) continue;
    add(cue.pattern, cue.kind == CueKind::Praise ? kIssueValue : -kIssueValue);
  }
  return out;
}

void add_issue_words(SentimentLexicon& lexicon) {
  static const auto kWords = issue_words();
  for (const auto& [word, value] : kWords) {
    lexicon.try_emplace(word, SentimentWord{SentimentWordKind::Feeling, value});
  }
}

}  // namespace

const SentimentLexicon& sentiment_lexicon() {
  static const std::deque<std::string> kKeys = [] {
    std::deque<std::string> keys;
    for (const SentimentRow& row : kSentimentRows) {
      for (const std::string_view word : split(row.words, '|')) {
        keys.push_back(sentiment_key(word).value_or(std::string(word)));
      }
    }
    return keys;
  }();
  static const SentimentLexicon kLexicon = [] {
    SentimentLexicon lexicon;
    std::size_t i = 0;
    for (const SentimentRow& row : kSentimentRows) {
      for (std::size_t k = split(row.words, '|').size(); k > 0; --k) {
        lexicon.try_emplace(kKeys[i++], SentimentWord{row.kind, row.value});
      }
    }
    add_issue_words(lexicon);
    // Negations that weaken as well.
    for (const std::string_view word : {"不太", "不怎么", "不是很", "没那么"}) {
      lexicon[word] = {SentimentWordKind::Negation, 0};
    }
    return lexicon;
  }();
  return kLexicon;
}

}  // namespace falconet

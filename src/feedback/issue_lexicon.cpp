#include "feedback/issue_lexicon.h"

#include <array>

namespace falconet {
namespace {

using enum IssueCategory;
using enum CueKind;

constexpr std::array kCues = {
    // Long text.
    IssueCue{
        LongText, Problem, 0.8,
        "summar*|总结|摘要|归纳|概括|提炼 & worse|worst|poor*|bad|miss*|incomplete|lost|loses|"
        "drop*|only cover*|leaves out|left out|degrad*|vague|shallow|first few|first part|下降|"
        "变差|不完整|漏|丢|乱|不全|很差|太差|空洞|遗漏|缺|敷衍|抓不住"},
    IssueCue{LongText, Problem, 0.8,
             "long|longer|lengthy|pages|page contract|chapter|document*|book|contract|paper|report|"
             "transcript*|article*|长|文章|合同|论文|文档|报告|页|章节|整本 & lost the thread|"
             "loses the thread|fall* apart|falls apart|halfway|second half|latter half|cut off|"
             "truncat*|skip*|weak|struggl*|not cope|chok*|ignores the rest|only reads|后半|抓不住|"
             "没看|截断|看不完|读不完|不行|乱七八糟|丢三落四|漏|抓不到|吃不消|处理不了|变差|下降"},
    IssueCue{LongText, Topic, 0.6,
             "long document*|long text*|long file*|long article*|long paper*|long input*|"
             "longer input*|longer text*|long context|long report*|long pdf*|long transcript*|"
             "whole chapter|whole book|entire book|pages|thousand words|summary|summaries|"
             "summariz*|summaris*|长文|长文本|长文档|文章一长|文档一长|更长的|几千字|上万字|万字|"
             "整本|长上下文|摘要|总结|会议记录"},
    // Function calling.
    IssueCue{
        FunctionCalling, Problem, 0.9,
        "json|structured|schema|结构化 & malformed|invalid|broken|unparse*|not parse|parse error*|"
        "parsing error*|trailing comma*|missing|miss|repair*|wrong|crash*|fail*|not validate|"
        "not match|not valid|unescaped|truncated|extra text|格式不对|格式错误|格式有误|解析|报错|"
        "少|多了|逗号|括号|引号|不符合|不合法|不完整|坏|出错|乱|缺"},
    IssueCue{
        FunctionCalling, Problem, 0.85,
        "function call*|function-call*|wrong function|tool call*|tool-call*|tools|tool|plugin*|"
        "plug-in*|argument*|parameter* & wrong|miss|misses|missing|made up|makes up|fail|fails|"
        "failed|failing|failure*|flaky|unreliable|unstable|broken|never calls|not call*|invalid|"
        "twice|ignores|error*"},
    IssueCue{
        FunctionCalling, Problem, 0.85,
        "函数调用|工具调用|调用工具|调用函数|工具|插件|接口|参数|调用 & 失败|不稳定|缺|错|报错|"
        "不对|不符合|漏|乱|没有调用|不调用|没调用|少传|传错"},
    IssueCue{FunctionCalling, Topic, 0.6,
             "json|function call*|function-call*|tool call*|tool-call*|tool use|schema|"
             "structured output*|structured data|plugin*|plug-in*|函数调用|工具调用|插件|结构化|"
             "agent|智能体"},
    // Style and tone.
    IssueCue{Style, Problem, 0.9,
             "bookish|stilted|stiff|robotic|wooden|pompous|condescending|patroni*|wordy|verbose|"
             "long-winded|long winded|too formal|so formal|less formal|overly formal|very formal|"
             "unnatural|preachy|pleasantries|rambl*|goes on and on|monotone|like a textbook|"
             "like a lawyer|like a machine|nobody talks like|cheesy|corporate"},
    IssueCue{Style, Problem, 0.9,
             "书面化|书面语|太书面|官腔|太官方|公文|文绉绉|翻译腔|机翻|生硬|死板|刻板|机械|啰嗦|"
             "啰里啰唆|废话|套话|不像人|八股|拗口|太正式|一板一眼|冷冰冰|说教|像机器|客套|说明书"},
    IssueCue{Style, Problem, 0.8, "口语|自然|随意|亲切 & 能不能|希望|一点|不够|再"},
    IssueCue{Style, Problem, 0.6, "综上所述|首先其次|apologis*|apologiz*|值得注意的是"},
    IssueCue{
        Style, Topic, 0.6,
        "tone|wording|phrasing|writing style|style|sounds|writes|语气|文风|语言|措辞|口吻|风格|"
        "文案|文笔|表达|读起来"},
    // Memory over turns.
    IssueCue{
        Memory, Problem, 0.9,
        "forgot|forgets|forget|forgetting|forgotten|forgetful|not remember|lost track|"
        "loses track|lose track|loses context|lose context|lost context|losing context|"
        "context loss|already told|already said|already mentioned|repeat myself|no memory|amnesia"},
    IssueCue{Memory, Problem, 0.9,
             "失忆|忘|记不住|记不得|记不清|不记得|上下文丢失|丢失上下文|丢上下文|健忘|记性差|"
             "前后不一致|前言不搭后语|重新解释|重新说一遍|重复一遍|再说一遍"},
    IssueCue{Memory, Problem, 0.8,
             "earlier|first message|previous|beginning|messages ago|turns ago|turn|turns|agreed & "
             "dropped|drops|lost|ignored|ignores|no idea|no longer|contradict*"},
    IssueCue{
        Memory, Problem, 0.8,
        "repeat|remind|re-explain & context|background|everything|instructions|every few|again"},
    IssueCue{Memory, Problem, 0.8,
             "说过|告诉过|讲过|提过|说好|定好 & 还是|又|转头|再问|却|重新|不管"},
    IssueCue{Memory, Praise, 0.8, "remembers|remembered|记得|记住了|记性好"},
    IssueCue{
        Memory, Topic, 0.6,
        "memory|multi-turn|multi turn|context|earlier in the chat|long conversation*|上下文|多轮|"
        "记忆|前文|聊久|聊多"},
    // Reasoning, code included.
    IssueCue{
        Reasoning, Problem, 0.85,
        "wrong result|wrong answer|miscalculat*|arithmetic error*|off by one|off-by-one|"
        "not compile|not run|goes in circles|circular|not follow|minus sign|wrong conclusion|"
        "infinite loop|syntax error*|算错|计算错误|推不出|跑偏|跑不通|编译不过|编译不通过|解错|"
        "做错|边界条件|死循环|语法错误|答案还是错|结论错|绕圈子|偷换概念"},
    IssueCue{
        Reasoning, Problem, 0.8,
        "logic*|reasoning|proof|algorithm|calculation*|math*|steps|conclusion|code|derivation & "
        "flaw*|gap|error*|wrong|hole*|contradict*|incorrect|bug|bugs|buggy|nonsens*"},
    IssueCue{Reasoning, Problem, 0.8,
             "逻辑|推理|推导|证明|思考|计算|步骤|结论|代码|解题|数学 & 漏洞|错|矛盾|跑偏|混乱|不通|"
             "不严谨|跳步|报错|bug"},
    IssueCue{Reasoning, Topic, 0.6,
             "math*|reasoning|logic*|proof*|algorithm*|code|coding|calculation*|step by step|"
             "equation*|数学|推理|逻辑|计算|证明|代码|算法|编程|解题|压轴题|难题|每一步"},
    // Facts.
    IssueCue{Factual, Problem, 0.85,
             "made up|makes up|make up|making up|invented|invents|inventing|fabricat*|not exist & "
             "!parameter*|argument*|schema|tool|function call*"},
    IssueCue{Factual, Problem, 0.85,
             "hallucinat*|not true|untrue|factually|outdated|out of date|inaccurate|misinformation|"
             "wrong date|wrong year|wrong name|wrong person|partly false|nonexistent|non-existent"},
    IssueCue{Factual, Problem, 0.85,
             "胡编|编造|瞎编|捏造|虚构|幻觉|不存在|事实错误|过时|失实|张冠李戴|不准|不太准|"
             "与事实不符|对不上|说成是|胡说|瞎说|乱说|一本正经地|以讹传讹"},
    IssueCue{
        Factual, Problem, 0.8,
        "fact|facts|date|dates|citation*|source*|reference*|information|事实|知识|出处|引用|年份|"
        "数据|资料|史实 & wrong|incorrect|false|错|不对|不符|有误"},
    IssueCue{Factual, Topic, 0.6,
             "fact|facts|factual|accurate|accuracy|knowledge|知识|事实|准确|讲得很准|资料"},
    // Speed.
    IssueCue{Speed, Problem, 0.9,
             "slow|slower|slowly|sluggish|laggy|lag|lags|hangs|too long to|takes too long|"
             "takes forever|takes ages|took forever|took ages|thinks forever|timeout*|times out|"
             "timed out|waiting|crawls"},
    IssueCue{Speed, Problem, 0.9,
             "慢|卡顿|卡死|很卡|太卡|卡住|转圈|半天没反应|半天没动静|等半天|等太久|太久|超时|龟速|"
             "一个一个蹦|跟不上|没反应"},
    IssueCue{Speed, Problem, 0.8,
             "latency|response time|speed|first token|wait|延迟|响应|等 & terrible|high|bad|awful|"
             "minute*|ten seconds|unacceptable|poor|高|分钟|十秒|太大|一分钟|二十秒"},
    IssueCue{Speed, Praise, 0.85,
             "fast|quick|quickly|responsive|instant*|snappy|hardly any wait|low latency|no lag"},
    IssueCue{Speed, Praise, 0.85, "快 & !快要|快一分钟|等了|尽快|愉快|快乐|快到|快半|赶快|更快"},
    IssueCue{Speed, Topic, 0.6,
             "speed|latency|response time|throughput|速度|响应|延迟|出字|跑得动|秒出"},
    // Formatting.
    IssueCue{
        Formatting, Problem, 0.85,
        "table*|column*|list|lists|markdown|latex|formula*|equation*|code block*|formatting|"
        "layout|bold|表格|列表|公式|排版|代码块|格式|粗体|加粗 & broken|messed up|mess|not render*|"
        "raw|misaligned|not line "
        "up|asterisk*|乱|对不齐|没有渲染|没渲染|渲染不|没有正确闭合|没有闭合|没闭合|未闭合|显示不|"
        "错位|"
        "星号|不对齐|美元符号 & !json|函数|参数|schema|结构化"},
    IssueCue{Formatting, Problem, 0.85,
             "wall of text|no paragraphs|without paragraphs|no line breaks|没有分段|不分段|没分段|"
             "一大段|没有换行|挤在一起"},
    IssueCue{
        Formatting, Topic, 0.6,
        "formatted|formatting|layout|table|headings|tidy|排版|列表|表格|分段 & !json|函数|参数"},
    // Refusal.
    IssueCue{
        Refusal, Problem, 0.9,
        "refuse|refuses|refused|refusing|refusal|declined|declines|not help with|not answer that|"
        "unable to help|unable to answer|overly cautious|too cautious|censor*|filter blocks|"
        "blocked my|blocks ordinary|will not answer|too strict"},
    IssueCue{
        Refusal, Problem, 0.9,
        "拒绝|无法提供|不能回答|无法回答|太敏感|过于敏感|审查|限制太严|限制太多|拒答|不肯|不让写|"
        "不愿意回答|不方便回答"},
    // Safety and ethics.
    IssueCue{
        Safety, Problem, 0.9,
        "racist|racism|sexist|discriminat*|hateful|toxic|offensive|dangerous|harmful|unsafe|"
        "biased|bias|privacy|leaked|leaks|illegal|hurt someone|self-harm|pornograph*|unethical"},
    IssueCue{Safety, Problem, 0.9,
             "歧视|危险|有害|违法|泄露|隐私|不应该输出|色情|暴力内容|自杀|诈骗|不道德|偏见|违规|"
             "有毒|害人|伤害他人"},
    IssueCue{Safety, Topic, 0.6, "safety|ethic*|安全|伦理|道德"},
};

constexpr std::array<std::string_view, 22> kContrasts = {
    " but ",       " however ", " although ", " though ", " yet ", " except ", " unfortunately ",
    " sadly ",     " while ",   " despite ",  "但",       "不过",  "可惜",     "然而",
    "就是",        "只是",      "却",         "虽然",     "尽管",  "可是",     "除了",
    " apart from "};

}  // namespace

std::span<const IssueCue> issue_cues() { return kCues; }

std::string_view positive_terms() {
  return "good|great|excellent|impressive|impressed|strong|love|loved|loves|easy|clear|correct|"
         "accurate|solid|reliable|natural|friendly|helpful|useful|nice|nicely|perfect*|satisfied|"
         "happy|amazing|smooth*|well|works|worked|handy|convenient|tidy|recommend|thank|thanks|"
         "valid|stable|consistent|fine|best|better than|fantastic|awesome|brilliant|every point|"
         "checked out|pleasant|"
         "很好|挺好|真好|太好|好用|好看|做得好|优秀|强|方便|清楚|清晰|准确|很准|流畅|自然|满意|"
         "喜欢|"
         "推荐|厉害|惊艳|稳|顺利|顺畅|规范|完整|友好|棒|赞|没得说|一次就|直接用|抓到了|一致|跑得动|"
         "惊喜|谢谢|到位|靠谱|省事|贴心|有帮助|有用|很明白";
}

std::string_view negative_terms() {
  return "bad|poor|poorly|worse|worst|wrong|terrible|awful|broken|fail|fails|failed|error|errors|"
         "problem|problems|issue|issues|useless|annoying|disappoint*|confus*|crash*|weak|missing|"
         "misses|incorrect|hard "
         "to|unreliable|unstable|unacceptable|mess|messy|struggles|lacks|lack|"
         "hate|wish|could be better|improve|improved|irrelevant|off topic|not answer|nonsense|"
         "unusable|painful*|garbage|frustrat*|"
         "差|错|问题|不行|失败|报错|崩溃|难用|没用|没什么用|失望|糟|烂|奇怪|怪|乱|缺|漏|希望|建议|"
         "有待|不足|毛病|别扭|麻烦|很累|太小|太大|点不到|没关系|无关|答非所问|跟不上|看不清|找不到|"
         "不合格|不好|垃圾|敷衍|头疼|闪退|打不开|无语";
}

std::string_view distant_negators() {
  return "not|no|never|nothing|none|without|nor|hardly|neither|没有|没|从未|从不|未发现|未出现|"
         "不会|"
         "毫无|无任何|并无|并未";
}

std::string_view adjacent_negators() { return "不|不够|不太|不是很|不怎么|没那么|不算|非|未|无"; }

std::span<const std::string_view> contrast_words() { return kContrasts; }

}  // namespace falconet

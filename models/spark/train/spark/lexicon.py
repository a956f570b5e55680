"""The words of the dialogues. Many, so that a model copies them out of the question and does not know them by heart."""

from __future__ import annotations

Pair = tuple[str, str]  # English, Chinese


def pairs(text: str) -> tuple[Pair, ...]:
    """"red 红色; dark blue 深蓝色": the last word of each is Chinese."""
    return tuple((english.strip(), chinese) for english, _, chinese in
                 (entry.strip().rpartition(" ") for entry in text.split(";")))


NAMES_EN = (
    "Anna Ben Clara David Emma Frank Grace Henry Ivy Jack Kate Liam Mia Noah Olivia Paul Quinn Rosa "
    "Sam Tina Uma Wendy Xander Yara Zoe Adam Bella Carl Diana Eric Fiona George Hannah Ian "
    "Julia Kevin Laura Mark Nina Oscar Petra Robert Sarah Tom Ursula Vera Walter Alice Bruno Chloe "
    "Daniel Eva Felix Gina Hugo Irene James Karen Leo Maria Nick Otto Peter Rachel Simon Theo Vivian "
    "Lucy Max Nora Philip Ruth Steve Tara Vince Amir Priya Kenji Yuki Omar Leila Chen Mei Diego Ana "
    "Aaron Abigail Agnes Aisha Alan Albert Alex Alfred Amanda Amelia Amy Andrea Andrew Angela Anita Anton "
    "Arthur Astrid Audrey Barbara Beatrice Bernard Beth Betty Bianca Boris Brandon Brenda Brian Bridget "
    "Calvin Camila Carmen Carol Cecilia Charles Charlotte Chris Cindy Claire Colin Connor Craig Cynthia "
    "Damian Dana Dario Deborah Dennis Derek Dmitri Donna Dora Doris Douglas Duncan Dylan Edgar Edith Edward "
    "Elaine Eleanor Elena Eli Elias Elise Ella Ellen Elliot Elsa Emil Emily Enzo Erica Erin Esther Ethan "
    "Eugene Evelyn Farah Fatima Fernando Flora Florence Francis Fred Gabriel Gavin Gemma Gerald Gloria Gordon "
    "Greta Gregory Gustav Harold Harriet Harry Hassan Hazel Heather Helen Helga Herman Hilda Howard Ibrahim "
    "Igor Ingrid Isaac Isabel Ivan Jacob Jade Jane Janet Jasmine Jason Javier Jean Jeffrey Jenny Jeremy Jerome "
    "Jessica Jill Joan Joel Johanna John Jonas Jonathan Jordan Joseph Joshua Joyce Judith Justin Kamal Karl "
    "Katrin Keith Kelly Kenneth Kirsten Kurt Kyle Lars Lena Leonard Leslie Lewis Lily Linda Lisa Lorenzo "
    "Louis Louise Lukas Luna Lydia Mabel Madison Magnus Malik Marcel Marco Margaret Marina Mario Marion Martha "
    "Martin Mary Matilda Matthew Maurice Maxine Megan Melanie Melissa Michael Michelle Miguel Mila Miles "
    "Miriam Molly Monica Morgan Mustafa Nadia Naomi Natalie Nathan Neil Nelson Niklas Nigel Noel Norman Olga "
    "Oliver Oskar Pablo Pamela Patricia Patrick Paula Pauline Pedro Penny Phoebe Pierre Rafael Ralph Ramona "
    "Raymond Rebecca Regina Rita Roger Roland Roman Ronald Rosalie Roy Rupert Russell Ryan Sabine Salma Samir "
    "Sandra Sean Sebastian Selma Sergio Sharon Sheila Sofia Sonja Sophie Stella Stephen Stuart Susan Sven "
    "Sylvia Tamara Tanya Teresa Thomas Tiffany Timothy Tobias Todd Tracy Trevor Tyler Valerie Vanessa Veronica "
    "Viktor Vincent Viola Virginia Wallace Wanda Warren Wesley Wilma Winston Xavier Yasmin Yvonne Zachary Zelda"
).split()
SURNAMES_ZH = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文")
GIVEN_ZH = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英红志建国海燕晓文博子涵浩然雨桐欣怡思远佳琪一鸣天宇梦瑶俊雪梅栋丹琳"
    "玉兰秀珍春华秋月冬青松柏林森峰岩泉溪波辉光亮星晨曦晴云飞龙虎凤鹏翔宁安康乐福寿祥瑞德仁义礼智信诚毅恒坚立新民生"
    "成功达通顺利昌盛荣贵宝珠璐莹洁婷娟慧颖倩薇蓉菲莉萍莲菊荷竹茜岚冰霜露")
NICK_HEADS_ZH = ("小", "老", "阿", "大")
CITIES_EN = (
    "Paris London Berlin Rome Madrid Vienna Prague Oslo Dublin Lisbon Athens Warsaw Boston Denver "
    "Seattle Toronto Sydney Tokyo Osaka Seoul Delhi Cairo Nairobi Lima Quito Dallas Miami Zurich Geneva "
    "Hamburg Munich Milan Naples Porto Lyon Beijing Shanghai Singapore Hanoi Jakarta Helsinki "
    "Aberdeen Accra Adelaide Algiers Amsterdam Ankara Antwerp Atlanta Auckland Austin Baghdad Baku Baltimore "
    "Bamako Barcelona Basel Bath Beirut Belfast Belgrade Bergen Bern Bilbao Birmingham Bogota Bologna Bonn "
    "Bordeaux Bremen Brighton Brisbane Bristol Brussels Bucharest Budapest Buffalo Calgary Cambridge Canberra "
    "Caracas Cardiff Casablanca Chennai Cleveland Cologne Colombo Copenhagen Cork Cracow Dakar Damascus "
    "Darwin Detroit Dhaka Doha Dortmund Dresden Dubai Dundee Durban Edinburgh Essen Florence Frankfurt "
    "Fresno Gdansk Genoa Ghent Glasgow Gothenburg Granada Graz Grenoble Halifax Hanover Harare Havana Hobart "
    "Houston Innsbruck Istanbul Izmir Jaipur Kampala Karachi Kiel Kigali Kingston Kobe Kolkata Kyoto Lagos "
    "Lahore Lausanne Leeds Leicester Leipzig Lille Linz Liverpool Ljubljana Luanda Lusaka Luxembourg Malaga "
    "Malmo Manchester Manila Maputo Marseille Melbourne Memphis Mexico Minsk Mombasa Monaco Montreal Mumbai "
    "Nagoya Nantes Nashville Newcastle Nice Nicosia Norwich Nottingham Odessa Omaha Orlando Ottawa Oxford "
    "Palermo Panama Perth Phoenix Pisa Pittsburgh Plymouth Portland Pretoria Quebec Rabat Reykjavik Riga Rio "
    "Rotterdam Salzburg Santiago Sapporo Sarajevo Seville Sofia Stockholm Strasbourg Stuttgart Tallinn Tampa "
    "Tampere Tbilisi Tehran Toledo Toulouse Tripoli Trieste Tucson Tunis Turin Utrecht Valencia Vancouver "
    "Venice Verona Vilnius Windsor Winnipeg Yerevan York Zagreb"
).split()
CITIES_ZH = (
    "北京 上海 广州 深圳 杭州 南京 成都 武汉 西安 重庆 天津 苏州 长沙 青岛 大连 厦门 昆明 哈尔滨 沈阳 济南 "
    "郑州 合肥 福州 南昌 贵阳 兰州 太原 海口 拉萨 桂林 宁波 无锡 珠海 东京 巴黎 伦敦 纽约 悉尼 "
    "石家庄 长春 南宁 银川 西宁 呼和浩特 乌鲁木齐 唐山 保定 邯郸 大同 包头 鞍山 抚顺 丹东 锦州 吉林 大庆 徐州 常州 "
    "南通 扬州 镇江 泰州 温州 嘉兴 绍兴 金华 台州 芜湖 蚌埠 黄山 泉州 漳州 龙岩 景德镇 九江 赣州 烟台 潍坊 威海 泰安 "
    "临沂 洛阳 开封 安阳 新乡 宜昌 襄阳 荆州 株洲 湘潭 岳阳 常德 汕头 佛山 东莞 中山 惠州 湛江 柳州 北海 三亚 绵阳 "
    "乐山 宜宾 遵义 大理 丽江 宝鸡 咸阳 延安 天水 敦煌 喀什 香港 澳门 台北 高雄 首尔 大阪 京都 新加坡 曼谷 河内 柏林 "
    "罗马 马德里 维也纳 莫斯科 开罗 多伦多 芝加哥 波士顿 西雅图 墨尔本 慕尼黑 米兰 里斯本 雅典 华沙 布拉格 都柏林 日内瓦"
).split()
PLACE_ENDS_EN = ("ton", "ville", "burg", "ford", "stad", "port", "field", "mouth", "bridge", "wick")
PLACE_PARTS_ZH = "东西南北中大小新旧上下安宁平和长清白青红金银石云水河江湖海山林木花竹松柳杨桃梅兰龙凤马牛鹿鹤沙泉溪川岭峰田原阳阴明光"
PLACE_ENDS_ZH = ("市", "县", "镇", "村", "", "")
OBJECTS_EN = (
    "apples pears books pens coins cookies stamps marbles stickers cards balloons flowers eggs candies "
    "oranges bananas shells buttons pencils toys cups plates stones lemons peaches tickets keys beads "
    "photos bottles cakes mangoes plums nuts badges ribbons notebooks erasers crayons magnets "
    "acorns almonds anchors arrows axes bags balls baskets beans bells belts berries biscuits blankets blocks "
    "bolts bones boots bowls bracelets bricks brooms brushes buckets bulbs cables cactuses cameras candles caps "
    "carrots chains chairs cherries chestnuts clocks coats coconuts combs cones corks crates cubes curtains "
    "cushions daisies darts desks dice discs dolls doughnuts drums ducks envelopes fans feathers figs files "
    "fish flags flutes forks frames gems glasses globes gloves grapes guitars hammers hats helmets hooks hoses "
    "jackets jars kites kiwis knives ladders lamps lanterns leaves lilies limes locks magazines maps masks mats "
    "medals melons mirrors muffins mugs nails napkins needles olives onions ornaments paddles pans papayas "
    "parcels pebbles peppers pies pillows pins pipes pots potatoes pumpkins puppets puzzles radios rakes rings "
    "robots rocks ropes roses rugs rulers sacks sandals scarves scissors screws seeds shirts shoes shovels "
    "skirts socks spoons springs sticks stools straws swords tents tiles tomatoes towels trays trophies trumpets "
    "tulips tyres umbrellas vases violins walnuts watches wheels whistles wires yoyos"
).split()
QUALITIES = ("red", "blue", "green", "small", "large", "old", "new", "wooden", "glass", "paper", "shiny", "round",
             "golden", "heavy", "tiny", "striped", "spare", "cheap", "fresh", "plastic")
_OBJECTS_ZH = {
    "个": "苹果 梨 气球 鸡蛋 贝壳 玩具 杯子 盘子 柠檬 桃子 瓶子 芒果 李子 本子 西瓜 柚子 石榴 椰子 土豆 西红柿 南瓜 洋葱 "
         "包子 馒头 月饼 粽子 面包 篮子 箱子 盒子 枕头 灯泡 闹钟 足球 篮球 风筝 陀螺 娃娃 积木 核桃 书包 铃铛 花瓶 水壶 饭碗 "
         "口罩 徽章 奖杯 魔方 螺母 齿轮 书签 罐子 鼠标 灯笼 沙包 汉堡 蛋挞 布丁 雪人",
    "本": "词典 杂志 漫画 日记 相册 小说 字帖 练习册", "支": "铅笔 钢笔 毛笔 蜡烛 粉笔 玫瑰 彩笔 牙刷 温度计",
    "枚": "硬币 纽扣 戒指 棋子 别针 图钉 奖章 邮票", "块": "饼干 石头 橡皮 手表 肥皂 毛巾 巧克力 砖 木板 豆腐 玻璃 电池",
    "张": "卡片 票 照片 贴纸 地图 海报 桌子 白纸 唱片 光盘 明信片 钞票", "颗": "糖 珠子 草莓 葡萄 樱桃 花生 星星 钉子 种子 豆子 红枣 弹珠",
    "朵": "花 荷花 菊花 牡丹 百合 蘑菇", "根": "香蕉 黄瓜 胡萝卜 绳子 吸管 玉米 火柴 竹竿 油条 木棍", "把": "钥匙 雨伞 椅子 剪刀 尺子 扇子 勺子 锤子 梳子 锁 小刀",
    "只": "小鸡 鸭子 兔子 猫 鸟 螃蟹 手套 袜子 羊 青蛙 蝴蝶 千纸鹤 乌龟", "条": "鱼 围巾 裤子 裙子 项链 毛毯 皮带 金鱼", "面": "小旗 镜子 鼓", "顶": "帽子 帐篷",
    "件": "衬衫 外套 毛衣 礼物 雨衣", "双": "筷子 鞋 拖鞋", "辆": "自行车 玩具车 小推车", "盏": "台灯 路灯", "棵": "白菜 树苗 大葱", "瓶": "牛奶 果汁 矿泉水 酱油", "袋": "大米 面粉 瓜子 薯片",
}
OBJECTS_ZH = tuple((measure, thing) for measure, things in _OBJECTS_ZH.items() for thing in things.split())
JOBS = pairs(
    "teacher 老师; doctor 医生; nurse 护士; driver 司机; cook 厨师; engineer 工程师; farmer 农民; lawyer 律师; painter 画家; "
    "singer 歌手; writer 作家; pilot 飞行员; baker 面包师; student 学生; dentist 牙医; librarian 图书管理员; actor 演员; "
    "architect 建筑师; barber 理发师; biologist 生物学家; butcher 屠夫; captain 船长; carpenter 木匠; cashier 收银员; "
    "chemist 化学家; cleaner 清洁工; coach 教练; composer 作曲家; dancer 舞蹈演员; designer 设计师; detective 侦探; editor 编辑; "
    "electrician 电工; firefighter 消防员; fisherman 渔夫; florist 花匠; gardener 园丁; geologist 地质学家; guard 保安; "
    "guide 导游; historian 历史学家; interpreter 口译员; jeweller 珠宝匠; journalist 记者; judge 法官; lifeguard 救生员; "
    "manager 经理; mechanic 修理工; miner 矿工; musician 音乐家; optician 配镜师; pharmacist 药剂师; photographer 摄影师; "
    "physicist 物理学家; plumber 水管工; poet 诗人; police officer 警察; postman 邮递员; potter 陶艺师; professor 教授; "
    "programmer 程序员; psychologist 心理学家; sailor 水手; scientist 科学家; sculptor 雕塑家; secretary 秘书; shoemaker 鞋匠; "
    "shop assistant 店员; soldier 士兵; surgeon 外科医生; surveyor 测量员; tailor 裁缝; translator 翻译; vet 兽医; waiter 服务员; "
    "weaver 织布工; welder 焊工; zookeeper 动物饲养员; accountant 会计; banker 银行职员; beekeeper 养蜂人; bricklayer 泥瓦匠; "
    "data analyst 数据分析师; tour operator 旅行社员工; train driver 火车司机; web designer 网页设计师; taxi driver 出租车司机")
COLOURS = pairs(
    "red 红色; blue 蓝色; green 绿色; yellow 黄色; black 黑色; white 白色; purple 紫色; orange 橙色; pink 粉色; brown 棕色; "
    "grey 灰色; silver 银色; gold 金色; beige 米色; turquoise 青绿色; violet 紫罗兰色; crimson 深红色; scarlet 猩红色; "
    "navy blue 藏青色; sky blue 天蓝色; dark green 墨绿色; light green 浅绿色; lime 黄绿色; olive 橄榄色; maroon 栗色; "
    "cream 奶油色; ivory 象牙色; coral 珊瑚色; salmon 橙红色; peach 桃色; lavender 淡紫色; lilac 丁香色; magenta 洋红色; "
    "indigo 靛蓝色; copper 古铜色; bronze 青铜色; khaki 卡其色; charcoal 炭灰色; amber 琥珀色; mint green 薄荷绿; "
    "light blue 浅蓝色; dark blue 深蓝色; dark red 暗红色; rose 玫瑰色; mustard 芥末黄; sand 沙色; wine red 酒红色; camel 驼色")
FOODS = pairs(
    "pizza 披萨; noodles 面条; rice 米饭; dumplings 饺子; soup 汤; salad 沙拉; sushi 寿司; curry 咖喱; pancakes 煎饼; tofu 豆腐; "
    "chocolate 巧克力; cheese 奶酪; hot pot 火锅; ice cream 冰淇淋; roast duck 烤鸭; fried eggs 煎蛋; apple pie 苹果派; "
    "bacon 培根; baked potatoes 烤土豆; beef stew 炖牛肉; bread 面包; burgers 汉堡; burritos 卷饼; cabbage rolls 白菜卷; "
    "cereal 麦片; chicken wings 鸡翅; chips 薯条; clams 蛤蜊; congee 粥; corn 玉米; crab 螃蟹; crackers 饼干; dumpling soup 馄饨; "
    "egg tarts 蛋挞; fish balls 鱼丸; fried rice 炒饭; fruit salad 水果沙拉; garlic bread 蒜香面包; grapes 葡萄; grilled fish 烤鱼; "
    "ham 火腿; honey 蜂蜜; hot dogs 热狗; jam 果酱; kebabs 烤串; lamb chops 羊排; lasagne 千层面; lobster 龙虾; mashed potatoes 土豆泥; "
    "meatballs 肉丸; moon cakes 月饼; mushrooms 蘑菇; mussels 青口; nuts 坚果; oatmeal 燕麦粥; omelettes 煎蛋卷; oysters 生蚝; "
    "pasta 意面; peanuts 花生; pickles 泡菜; popcorn 爆米花; pork ribs 排骨; porridge 稀饭; prawns 大虾; pudding 布丁; ramen 拉面; "
    "rice cakes 年糕; roast beef 烤牛肉; roast chicken 烤鸡; salmon 三文鱼; sandwiches 三明治; sausages 香肠; scrambled eggs 炒蛋; "
    "seaweed 海带; sesame balls 麻团; shrimp 虾; spaghetti 意大利面; spinach 菠菜; spring rolls 春卷; steak 牛排; steamed buns 馒头; "
    "steamed fish 清蒸鱼; strawberries 草莓; sweet potatoes 红薯; tacos 玉米饼; tomato soup 番茄汤; tuna 金枪鱼; waffles 华夫饼; "
    "watermelon 西瓜; wontons 云吞; yoghurt 酸奶; zongzi 粽子; mapo tofu 麻婆豆腐; cold noodles 凉面; beef noodles 牛肉面")
PETS = pairs(
    "cat 猫; dog 狗; parrot 鹦鹉; rabbit 兔子; hamster 仓鼠; turtle 乌龟; pony 小马; goldfish 金鱼; canary 金丝雀; chameleon 变色龙; "
    "chicken 鸡; crab 寄居蟹; donkey 驴; duck 鸭子; ferret 雪貂; finch 雀; frog 青蛙; gecko 壁虎; goat 山羊; goose 鹅; "
    "guinea pig 豚鼠; hedgehog 刺猬; iguana 鬣蜥; lamb 小羊; lizard 蜥蜴; mouse 老鼠; myna 八哥; owl 猫头鹰; pig 猪; pigeon 鸽子; "
    "rat 大鼠; sheep 绵羊; snail 蜗牛; snake 蛇; spider 蜘蛛; squirrel 松鼠; tortoise 陆龟; chinchilla 龙猫; llama 羊驼; cow 奶牛")
PET_NAMES_EN = (
    "Milo Luna Rex Bella Coco Max Oreo Simba Nala Biscuit Pepper Ginger Shadow Lucky Toby Daisy Ziggy Pip "
    "Angus Apollo Archie Bandit Barney Baxter Bear Bingo Blaze Bolt Boomer Brandy Bruno Bubbles Buddy Buster "
    "Casper Charlie Chester Cleo Clover Cookie Copper Cosmo Dexter Diesel Domino Dusty Echo Ember Fluffy Freckles "
    "Gizmo Goldie Hazel Honey Jasper Jinx Kiwi Koda Leo Loki Maple Mango Marley Midnight Misty Mocha Monty "
    "Muffin Nacho Nugget Olive Oscar Patch Peaches Pebbles Pickles Poppy Pumpkin Rocky Romeo Rufus Rusty Sadie "
    "Sammy Scout Smokey Snowy Socks Sparky Spike Spot Sunny Taco Teddy Tiger Tilly Truffle Waffles Whiskers Ziva Zorro"
).split()
PET_NAMES_ZH = (
    "球球 小白 小黑 旺财 咪咪 花花 毛毛 点点 可乐 布丁 年糕 汤圆 芝麻 阿福 雪球 来福 饭团 包子 丸子 糯米 奶茶 "
    "果冻 橘子 栗子 核桃 土豆 花卷 辣条 麻薯 豆包 黑米 糖糖 乐乐 欢欢 贝贝 多多 皮皮 灰灰 虎子 大黄 小灰 闪电 雷雷 妞妞 "
    "圆圆 胖胖 卷卷 甜甜 奇奇 蒂蒂 咕咕 嘟嘟 波波 卡卡 露露 米粒 小鱼 小满 立夏 冬瓜 西米 薯条 泡芙 蛋黄 元宝 招财 进宝 平安"
).split()
HOBBIES = pairs(
    "chess 下棋; swimming 游泳; painting 画画; running 跑步; reading 看书; fishing 钓鱼; dancing 跳舞; cooking 做饭; hiking 爬山; "
    "singing 唱歌; football 踢足球; photography 摄影; gardening 种花; cycling 骑车; archery 射箭; astronomy 看星星; badminton 打羽毛球; "
    "baking 烘焙; basketball 打篮球; bird watching 观鸟; board games 玩桌游; bowling 打保龄球; boxing 拳击; calligraphy 写书法; "
    "camping 露营; card games 打牌; carpentry 做木工; climbing 攀岩; collecting stamps 集邮; coding 写程序; crosswords 填字游戏; "
    "diving 潜水; drawing 素描; drumming 打鼓; embroidery 刺绣; fencing 击剑; flying kites 放风筝; golf 打高尔夫; gymnastics 体操; "
    "hockey 打曲棍球; horse riding 骑马; ice skating 滑冰; jogging 慢跑; judo 柔道; juggling 抛接球; karate 空手道; knitting 织毛衣; "
    "magic tricks 变魔术; martial arts 练武术; meditation 冥想; model trains 玩火车模型; mountain biking 骑山地车; origami 折纸; "
    "playing the guitar 弹吉他; playing the piano 弹钢琴; playing the violin 拉小提琴; poetry 写诗; pottery 做陶艺; puzzles 拼图; "
    "rock music 听摇滚; rowing 划船; sailing 玩帆船; sewing 缝纫; skateboarding 玩滑板; skiing 滑雪; snooker 打台球; surfing 冲浪; "
    "table tennis 打乒乓球; tai chi 打太极; tea tasting 品茶; tennis 打网球; travelling 旅行; video games 打游戏; volleyball 打排球; "
    "walking the dog 遛狗; watching films 看电影; weightlifting 举重; wood carving 木雕; writing stories 写小说; yoga 练瑜伽")
TOPICS = pairs(
    "black holes 黑洞; solar panels 太阳能; green tea 绿茶; electric cars 电动车; volcanoes 火山; "
    "penguins 企鹅; jazz music 爵士乐; ancient Rome 古罗马; coral reefs 珊瑚; robot vacuums 扫地机器人; bamboo 竹子; "
    "the Moon 月球; the Great Wall 长城; ancient Egypt 古埃及; bridges 桥梁; cherry blossoms 樱花; chess openings 象棋开局; "
    "climate change 气候变化; coffee beans 咖啡豆; comets 彗星; deep sea fish 深海鱼; deserts 沙漠; dinosaurs 恐龙; drones 无人机; "
    "earthquakes 地震; elephants 大象; fireworks 烟花; folk songs 民歌; garden design 园林设计; glaciers 冰川; gold mines 金矿; "
    "hot springs 温泉; ice hockey 冰球; kites 风筝; lighthouses 灯塔; marathons 马拉松; Mars 火星; medieval castles 中世纪城堡; "
    "mountain bikes 山地车; night trains 夜班火车; old maps 古地图; opera 歌剧; orchids 兰花; paper making 造纸术; pandas 熊猫; "
    "piano lessons 钢琴课; polar bears 北极熊; porcelain 瓷器; rainforests 雨林; rice farming 水稻种植; salt lakes 盐湖; "
    "sharks 鲨鱼; shipwrecks 沉船; silk 丝绸; sleep 睡眠; snow leopards 雪豹; space stations 空间站; steam engines 蒸汽机; "
    "street food 街头小吃; submarines 潜水艇; sunflowers 向日葵; telescopes 望远镜; tides 潮汐; tigers 老虎; tsunamis 海啸; "
    "urban farming 城市农业; vaccines 疫苗; violins 小提琴; waterfalls 瀑布; whales 鲸鱼; wind power 风力发电; wolves 狼; yoga 瑜伽")
MESSAGES = pairs(
    "I am late 我晚点到; the meeting is over 会开完了; see you tomorrow 明天见; dinner is ready 饭好了; happy birthday 生日快乐; "
    "call me back 给我回电话; the bus is full 车满了; I am at home 我到家了; good luck 祝你好运; thank you for the gift 谢谢你的礼物; "
    "the train was cancelled 火车取消了; please bring an umbrella 请带伞; the key is under the mat 钥匙在垫子下面; "
    "I am on my way 我在路上; the shop is closed 店关门了; where are you 你在哪儿; the parcel has arrived 包裹到了; "
    "do not wait for me 别等我; the film starts at eight 电影八点开始; I passed the exam 我考试过了; the car is ready 车修好了; "
    "the cat is sick 猫病了; we won the game 我们赢了; sorry for the noise 抱歉太吵了; open the door 开一下门; "
    "have a good trip 一路顺风; I need your help 我需要你帮忙; the room is booked 房间订好了; send me the address 把地址发给我; "
    "the power is out 停电了; the water is hot 水热了; I will be back soon 我很快回来; let us have lunch 一起吃午饭吧; "
    "the flight is on time 航班准点; my phone is broken 我手机坏了; the baby is asleep 宝宝睡着了; I found your wallet 找到你的钱包了; "
    "we are out of milk 没有牛奶了; the class is moved to Friday 课改到周五了; take the stairs 走楼梯; the lift is broken 电梯坏了")
TASKS = pairs(
    "buy milk 买牛奶; call the bank 给银行打电话; water the plants 浇花; pay the rent 交房租; feed the cat 喂猫; book a ticket 订票; "
    "clean the desk 收拾桌子; send the report 发报告; answer the letter 回信; back up the photos 备份照片; bake a cake 烤蛋糕; "
    "buy a present 买礼物; cancel the order 取消订单; change the battery 换电池; charge the phone 给手机充电; check the oil 检查机油; "
    "collect the parcel 取包裹; cut the grass 割草; defrost the fridge 给冰箱除霜; empty the bin 倒垃圾; fix the lamp 修灯; "
    "get a haircut 理发; iron the shirts 熨衬衫; make the bed 铺床; meet the teacher 见老师; mend the fence 修篱笆; "
    "move the car 挪车; order new chairs 订新椅子; paint the door 刷门; plan the trip 计划旅行; post the letter 寄信; "
    "print the tickets 打印票; read the contract 看合同; renew the passport 换护照; return the books 还书; sell the sofa 卖沙发; "
    "sign the form 签表; sweep the floor 扫地; take the medicine 吃药; tidy the garage 整理车库; try the new recipe 试新菜谱; "
    "visit the dentist 看牙医; walk the dog 遛狗; wash the car 洗车; wash the dishes 洗碗; wrap the gift 包礼物; write the speech 写演讲稿")
THINGS = pairs(
    "phone 手机; lamp 台灯; chair 椅子; bag 包; camera 相机; kettle 水壶; book 书; fan 风扇; watch 手表; shirt 衬衫; printer 打印机; bike 自行车; "
    "sofa 沙发; jacket 夹克; keyboard 键盘; mouse 鼠标; monitor 显示器; mattress 床垫; blender 搅拌机; oven 烤箱; toaster 面包机; "
    "vacuum cleaner 吸尘器; heater 暖风机; umbrella 雨伞; backpack 双肩包; wallet 钱包; pen 钢笔; desk 书桌; speaker 音箱; tablet 平板; "
    "helmet 头盔; tent 帐篷; rug 地毯; pillow 枕头; mirror 镜子; razor 剃须刀; hair dryer 吹风机; toothbrush 牙刷; guitar 吉他; router 路由器")
WEEKDAYS = pairs("Monday 星期一; Tuesday 星期二; Wednesday 星期三; Thursday 星期四; Friday 星期五; Saturday 星期六; Sunday 星期日")
MONTHS = ("January February March April May June July August September October November December").split()
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

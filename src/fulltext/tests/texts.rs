//! A small library of our own in many languages, each text with a question that it answers.

use crate::Language::{
    self, Arabic, English, French, German, Hebrew, Other, Portuguese, Russian, Spanish,
};

pub(super) struct Text {
    pub(super) language: Language,
    pub(super) title: &'static str,
    pub(super) body: &'static str,
    /// What somebody types who looks for it, in other forms of its words.
    pub(super) asked: &'static str,
}

const fn text(
    language: Language,
    title: &'static str,
    body: &'static str,
    asked: &'static str,
) -> Text {
    Text {
        language,
        title,
        body,
        asked,
    }
}

#[rustfmt::skip]
pub(super) const TEXTS: &[Text] = &[
    text(English, "How plants make sugar", "In the leaves light is captured by chlorophyll. Water and carbon dioxide become glucose, and oxygen escapes through small openings.", "leaf capturing lights"),
    text(English, "Plate tectonics", "The crust of the earth is broken into plates that drift over the mantle. Where they collide mountains rise and earthquakes happen.", "colliding plates earthquake"),
    text(English, "The water cycle", "Water evaporates from oceans, condenses into clouds, and falls as rain or snow. Rivers carry it back to the sea.", "evaporating oceans clouds"),
    text(English, "Fractions", "A fraction has a numerator and a denominator. To add two fractions they need the same denominator.", "adding fractions denominators"),
    text(English, "Quadratic equations", "Completing the square leads to the formula for the roots. The discriminant tells how many real solutions exist.", "discriminant solution"),
    text(English, "The French Revolution", "In 1789 the Bastille was stormed. The estates general had met at Versailles, and the monarchy lost its power.", "storming bastille monarchy"),
    text(English, "Supply and demand", "Prices rise when buyers want more than sellers offer. At the equilibrium both quantities are equal.", "equilibrium price"),
    text(English, "Sorting lists", "Merge sort divides a list, sorts both halves and merges them. Its running time grows as n log n.", "merging sorted halves"),
    text(English, "Recursion", "A function that calls itself needs a base case, or the stack overflows.", "recursive function stack"),
    text(English, "Submitting homework", "Upload your essay before the deadline. Late submissions lose points for each day.", "late submission deadline"),
    text(English, "Shakespeare's sonnets", "Fourteen lines of iambic pentameter, three quatrains and a closing couplet.", "sonnet couplets"),
    text(English, "Cells and their parts", "The nucleus holds the genes, mitochondria release energy, and a membrane surrounds everything.", "mitochondria membranes"),
    text(Spanish, "La célula y sus partes", "El núcleo guarda la información genética y las mitocondrias producen energía para toda la célula.", "celulas mitocondria"),
    text(Spanish, "Las ecuaciones de segundo grado", "La fórmula general permite resolver cualquier ecuación cuadrática con números reales.", "resolviendo ecuación cuadraticas"),
    text(Spanish, "La guerra civil", "Las tropas cruzaron el río Ebro durante la noche, y la batalla duró ciento quince días.", "batallas ebro"),
    text(Spanish, "El ciclo del agua", "El agua de los océanos se evapora, forma nubes y cae en forma de lluvia.", "nube lluvias"),
    text(Spanish, "Cómo entregar los trabajos", "Los alumnos suben sus redacciones antes de la fecha límite. Los retrasos restan puntos.", "redacción alumno"),
    text(French, "La photosynthèse", "Les feuilles captent la lumière grâce à la chlorophylle et libèrent de l'oxygène.", "feuille lumiere"),
    text(French, "L'école de Jules Ferry", "À partir de 1882 l'instruction devient obligatoire, gratuite et laïque pour tous les enfants.", "ecole laique enfant"),
    text(French, "Les volcans d'Auvergne", "Les éruptions ont formé une chaîne de cratères et de dômes, endormis depuis des millénaires.", "volcan cratere endormi"),
    text(French, "Le théorème de Pythagore", "Dans un triangle rectangle le carré de l'hypoténuse est égal à la somme des carrés des autres côtés.", "triangles rectangles hypotenuse"),
    text(German, "Wie Vulkane entstehen", "Wo sich Platten der Erdkruste bewegen, steigt Magma auf. Ausbrüche bilden Krater und Kegel.", "vulkan ausbruch"),
    text(German, "Der Satz des Pythagoras", "Im rechtwinkligen Dreieck ist das Quadrat der Hypotenuse gleich der Summe der Quadrate der Katheten.", "rechtwinklige dreiecke katheten"),
    text(German, "Die Weimarer Republik", "Die Verfassung von 1919 gab Frauen das Wahlrecht. Krisen und Straßenkämpfe schwächten den Staat.", "strassenkampfe verfassungen"),
    text(German, "Hausaufgaben abgeben", "Die Lösungen werden bis Freitag hochgeladen. Verspätete Abgaben bekommen weniger Punkte.", "losung hochgeladen"),
    text(Portuguese, "A fotossíntese", "As folhas captam a luz com a clorofila e produzem açúcares e oxigênio.", "folha acucar"),
    text(Portuguese, "As grandes navegações", "As caravelas portuguesas partiram de Lisboa e chegaram à Índia em busca de especiarias.", "caravela especiaria"),
    text(Portuguese, "Equações lineares", "Resolver um sistema por substituição exige isolar uma das incógnitas.", "equacao sistemas incognita"),
    text(Russian, "Круговорот воды", "Вода испаряется из океанов, образует облака и выпадает в виде дождя.", "облако дождь"),
    text(Russian, "Строение клетки", "Ядро хранит наследственную информацию, а митохондрии дают энергию.", "клетка ядра"),
    text(Russian, "Отечественная война 1812 года", "Наполеон перешёл Неман, и после Бородинского сражения армия отступила от Москвы.", "перешел неман сражение"),
    text(Russian, "Квадратные уравнения", "Дискриминант показывает, сколько корней имеет уравнение.", "уравнений дискриминанта"),
    text(Arabic, "دورة الماء", "يتبخر الماء من المحيطات ثم تتكون الغيوم ويسقط المطر على الأرض.", "غيوم مطر"),
    text(Arabic, "الخلية", "تحتوي النواة على المعلومات الوراثية وتنتج الميتوكوندريا الطاقة.", "نواة خلية"),
    text(Arabic, "تاريخ الأندلس", "بنى المسلمون في قرطبة مسجدا كبيرا ومكتبات كثيرة.", "قرطبه مسجد"),
    text(Hebrew, "מחזור המים", "המים מתאדים מן הים, נוצרים עננים, והגשם יורד על הארץ.", "ענן גשם מחזור"),
    text(Hebrew, "מבנה התא", "הגרעין שומר את המידע התורשתי והמיטוכונדריה מפיקה אנרגיה.", "גרעין תא"),
    text(Hebrew, "מסירת עבודות", "תלמידים מגישים את העבודה לפני המועד האחרון. איחור מוריד נקודות.", "מועד עבודה"),
    text(Other, "光合作用", "植物利用阳光把水和二氧化碳变成葡萄糖，并释放氧气。", "阳光 葡萄糖"),
    text(Other, "水循环", "海水蒸发形成云，然后以雨的形式落到地面。", "蒸发"),
    text(Other, "細胞のしくみ", "細胞の核には遺伝子があり、ミトコンドリアがエネルギーを作ります。", "ミトコンドリア 遺伝子"),
    text(Other, "조선의 역사", "세종대왕은 집현전 학자들과 함께 훈민정음을 만들었다.", "훈민정음 학자"),
    text(Other, "การสังเคราะห์ด้วยแสง", "พืชใช้แสงแดดเปลี่ยนน้ำและคาร์บอนไดออกไซด์เป็นน้ำตาล", "แสงแดด"),
];

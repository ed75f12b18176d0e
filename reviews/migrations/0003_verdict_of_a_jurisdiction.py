"""Each jurisdiction judges for itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0003_people_and_clauses'),
        ('reviews', '0002_endings'),
    ]

    operations = [
        migrations.AddField(
            model_name='pairverdict',
            name='jurisdiction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='governance.jurisdiction', verbose_name='jurisdiction'),
        ),
        migrations.AlterField(
            model_name='pairverdict',
            name='pair_key',
            field=models.CharField(max_length=64, verbose_name='pair'),
        ),
        migrations.AddConstraint(
            model_name='pairverdict',
            constraint=models.UniqueConstraint(fields=('jurisdiction', 'pair_key'), name='reviews_pairverdict_once'),
        ),
    ]
